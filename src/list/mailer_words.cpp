#include "list/mailer_words.hpp"

#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace mn::list
{
namespace
{

// How much of a bounce in plain text is looked at: mailers say it in the first lines.
constexpr std::size_t max_text = 1 << 14;
constexpr std::size_t max_lines = 150;

constexpr auto gone_words = std::to_array<std::string_view>({
    "user unknown",
    "unknown user",
    "unknown recipient",
    "recipient unknown",
    "unknown or illegal alias",
    "unknown local",
    "unknown address",
    "addressee unknown",
    "address unknown",
    "no such user",
    "no such recipient",
    "no such address",
    "no such mailbox",
    "no such person",
    "no mailbox here by that name",
    "not a valid mailbox",
    "not a known user",
    "not our customer",
    "user not found",
    "recipient not found",
    "recipnotfound",
    "recipient address rejected: access denied",
    "mailbox not found",
    "mailbox unavailable",
    "user doesn't exist",
    "user does not exist",
    "account does not exist",
    "address does not exist",
    "mailbox does not exist",
    "doesn't have a ",
    "account that you tried to reach",
    "account is disabled",
    "account has been disabled",
    "account disabled",
    "mailbox disabled",
    "mailbox is disabled",
    "mailbox is inactive",
    "invalid recipient",
    "invalid mailbox",
    "unrouteable address",
    "unroutable address",
    "couldn't find any host",
    "domain not found",
    "host not found",
    "nullmx",
    "null mx",
});

constexpr auto full_words = std::to_array<std::string_view>({
    "mailbox full",
    "mailbox is full",
    "mailbox has exceeded",
    "over quota",
    "overquota",
    "out of storage",
    "quota exceeded",
    "exceeded storage",
    "quota has been",
    "timed out",
    "timeout",
    "try again later",
});

constexpr auto policy_words = std::to_array<std::string_view>({
    "spam",
    "virus",
    "malware",
    "blocked",
    "blacklist",
    "blocklist",
    "block list",
    "dnsbl",
    "dmarc",
    "spf ",
    "dkim",
    "policy",
    "policies",
    "reputation",
    "not authorized",
    "not authorised",
    "unauthenticated",
    "not accepted for policy",
    "content rejected",
    "message rejected",
    "message too large",
    "message size",
    "too big",
    "relay access denied",
    "relaying denied",
    "sender address rejected",
    "sender rejected",
});

constexpr auto delay_words = std::to_array<std::string_view>({
    "will be retried",
    "will keep trying",
    "will continue to try",
    "will try again for",
    "not yet been delivered",
    "delivery is delayed",
    "delayed mail",
    "this is a warning message only",
    "warning message only",
    "no action is required",
    "do not need to resend",
});

// Behind these a mailer quotes the mail that did not arrive.
constexpr auto copy_words = std::to_array<std::string_view>({
    "this is a copy of",
    "below this line is a copy",
    "copy of your message",
    "original message",
    "unsent message",
    "message header follows",
    "message headers follow",
    "content-type: message/rfc822",
});

constexpr auto failure_words = std::to_array<std::string_view>({
    "undeliver",
    "failure notice",
    "delivery status notification",
    "delivery fail",
    "delivery has failed",
    "returned mail",
    "mail delivery",
    "message delivery",
    "could not be delivered",
    "couldn't be delivered",
    "unzustellbar",
    "non remis",
});

bool has_any(std::string_view text, std::span<const std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != text.npos; });
}

std::string field_text(std::string_view header, std::string_view name)
{
    const auto field = find_field(header, name);
    return field ? lower(unfolded(field->value.substr(0, max_text))) : std::string();
}

} // namespace

std::string mailer_words(std::string_view body)
{
    std::string words;
    std::size_t lines = 0;
    while (!body.empty() && words.size() < max_text && ++lines <= max_lines) {
        const std::size_t end = std::min(body.find('\n'), body.size());
        const std::string line = lower(body.substr(0, std::min(end, max_text)));
        if (has_any(line, copy_words)) break;
        words.append(line).append("\n");
        body.remove_prefix(std::min(end + 1, body.size()));
    }
    return words;
}

bool is_from_mailer(std::string_view header)
{
    if (find_field(header, "X-Failed-Recipients")) return true; // Exim
    const std::string automatic = field_text(header, "Auto-Submitted");
    if (automatic.starts_with("auto-replied")) return false;
    const std::string from = field_text(header, "From");
    const bool is_mailer = has_any(
        from, std::to_array<std::string_view>({"mailer-daemon", "postmaster", "mail delivery"}));
    return is_mailer || has_any(field_text(header, "Subject"), failure_words);
}

std::optional<BounceWeight> weigh_words(std::string_view text)
{
    if (has_any(text, policy_words)) return BounceWeight::none;
    if (has_any(text, full_words)) return BounceWeight::soft;
    if (has_any(text, gone_words)) return BounceWeight::hard;
    return std::nullopt;
}

bool is_delay(std::string_view words)
{
    return has_any(words, delay_words);
}

} // namespace mn::list
