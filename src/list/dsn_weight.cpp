// How bad a bounce is for the address. Two mistakes are possible, and they are not equal: who is
// gone and kept costs a few mails; who is there and removed is wronged. So what is not clear is
// soft, and what may be about our mail and not about the address is nothing.
#include "base/text.hpp"
#include "list/dsn.hpp"
#include "list/mailer_words.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// 5.1.x and so on, once it is known that the mail failed for good. [RFC3463 3]
BounceWeight weigh_permanent(unsigned subject, unsigned detail)
{
    using enum BounceWeight;
    switch (subject) {
    case 1:
        return detail == 7 || detail == 8 ? none : hard; // 7 and 8: the sender's address
    case 2:
        return detail == 1 ? hard : detail == 3 ? none : soft; // 3: the mail is too long
    case 3:
        return detail == 4 ? none : soft; // 4: the mail is too big
    case 4:
        return detail == 1 || detail == 4 || detail == 310 ? hard : soft; // no such host
    default:
        return none; // 5: SMTP misunderstood, 6: content, 7: policy
    }
}

struct Code {
    char kind = '0'; ///< class: '2', '4', '5'
    unsigned subject = 0;
    unsigned detail = 0;
};

/// "5.1.1" at the beginning of the text, and nothing that would make it another thing: an IP
/// address, a version, a date.
std::optional<Code> code_at(std::string_view text)
{
    if (text.size() < 5 || text[1] != '.') return std::nullopt;
    if (text[0] != '2' && text[0] != '4' && text[0] != '5') return std::nullopt;
    Code code{text[0]};
    std::size_t at = 2;
    for (unsigned* const number : {&code.subject, &code.detail}) {
        const std::size_t start = at;
        for (; at < text.size() && is_digit(text[at]) && at < start + 3; ++at)
            *number = *number * 10 + static_cast<unsigned>(text[at] - '0');
        if (at == start) return std::nullopt;
        if (number == &code.subject && (at >= text.size() || text[at++] != '.'))
            return std::nullopt;
    }
    const bool goes_on = at < text.size() && is_digit(text[at]);
    const bool has_fourth = at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1]);
    return goes_on || has_fourth ? std::nullopt : std::optional(code);
}

/// "550" before the code, or "#" as qmail has it, or "(".
bool introduces_code(std::string_view before)
{
    if (before.ends_with('#') || before.ends_with('(')) return true;
    if (!before.ends_with(' ') && !before.ends_with('-')) return false;
    before.remove_suffix(1);
    const std::size_t size = before.size();
    if (size < 3 || (before[size - 3] != '5' && before[size - 3] != '4')) return false;
    return is_digit(before[size - 2]) && is_digit(before[size - 1]) &&
           (size == 3 || !is_digit(before[size - 4]));
}

/// The first status code that a mailer has put into its words.
std::optional<Code> code_in(std::string_view text)
{
    for (std::size_t at = text.find('.'); at != text.npos; at = text.find('.', at + 1)) {
        if (at == 0) continue;
        const auto code = code_at(text.substr(at - 1));
        if (code && (at == 1 || introduces_code(text.substr(0, at - 1)))) return code;
    }
    return std::nullopt;
}

/// A code, and the words beside it where the code says as good as nothing: 5.0.0, and 5.5.0 that
/// some big providers give for everything.
BounceWeight weigh_code(const Code& code, std::string_view words)
{
    if (code.kind == '2') return BounceWeight::none;
    const bool is_vague = code.subject == 0 || (code.subject == 5 && code.detail == 0);
    if (is_vague) return weigh_words(words).value_or(BounceWeight::soft);
    if (code.kind == '4')
        return code.subject == 6 || code.subject == 7 ? BounceWeight::none : BounceWeight::soft;
    return weigh_permanent(code.subject, code.detail);
}

bool has_failed(const DsnRecipient& recipient)
{
    if (recipient.action.empty()) return !recipient.status.starts_with('2');
    return recipient.action == "failed";
}

} // namespace

BounceWeight weigh(const DsnRecipient& recipient)
{
    if (!has_failed(recipient)) return BounceWeight::none;
    const std::string words = lower(recipient.diagnostic);
    const auto reported = code_at(recipient.status);
    const auto said = code_in(words);
    // 5.0.0 is what a mailer reports that has not understood the answer it quotes.
    const bool is_vague = !reported || reported->subject == 0;
    if (is_vague && said) return weigh_code(*said, words);
    if (reported) return weigh_code(*reported, words);
    return weigh_words(words).value_or(BounceWeight::soft);
}

BounceWeight weigh_text(std::string_view message)
{
    const MessageParts parts = split_message(message);
    if (!is_from_mailer(parts.header)) return BounceWeight::none;
    const std::string words = mailer_words(parts.body);
    if (is_delay(words)) return BounceWeight::none;
    if (const auto code = code_in(words)) return weigh_code(*code, words);
    return weigh_words(words).value_or(BounceWeight::soft);
}

BounceWeight weigh_bounce(std::string_view message)
{
    const auto report = parse_dsn(message);
    if (!report) return weigh_text(message);
    BounceWeight heaviest = BounceWeight::none;
    for (const DsnRecipient& recipient : report->recipients)
        heaviest = std::max(heaviest, weigh(recipient));
    return heaviest;
}

bool looks_like_bounce(std::string_view message)
{
    if (const auto report = parse_dsn(message))
        return std::any_of(report->recipients.begin(), report->recipients.end(), has_failed);
    const MessageParts parts = split_message(message);
    return is_from_mailer(parts.header) && !is_delay(mailer_words(parts.body));
}

} // namespace mn::list
