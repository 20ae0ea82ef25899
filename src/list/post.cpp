#include "list/post.hpp"

#include "base/text.hpp"
#include "list/access.hpp"
#include "list/moderator_rules.hpp"
#include "message/author.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <optional>

namespace mn::list
{
namespace
{

using Action = Decision::Action;
using Vouched = Standing::Vouched;

/// The first word of the value, in lower case.
std::string first_word(std::string_view value)
{
    const std::string text = lower(unfolded(value));
    return text.substr(0, text.find_first_of("; \t("));
}

/// "<cats.example.org>" of "Cats <cats.example.org>", without its brackets.
std::string list_id_of(std::string_view value)
{
    const std::string text = lower(unfolded(value));
    const std::size_t begin = text.rfind('<');
    const std::size_t end = text.find('>', begin == std::string::npos ? 0 : begin);
    if (begin == std::string::npos || end == std::string::npos) return text;
    return std::string(trim(std::string_view(text).substr(begin + 1, end - begin - 1)));
}

bool is_mark_of(const List& list, const HeaderField& field)
{
    const bool is_loop = field.is("X-Loop");
    if (!is_loop && !field.is("List-Id")) return false;
    const std::string value =
        is_loop ? std::string(trim(lower(unfolded(field.value)))) : list_id_of(field.value);
    return std::any_of(list.addresses().begin(), list.addresses().end(), [&](const Address& own) {
        return value == (is_loop ? own.key() : lower(cat(own.local, ".", own.domain)));
    });
}

bool is_answer_of_a_machine(std::string_view header)
{
    for (const HeaderField& field : header_fields(header))
        if (field.is("Auto-Submitted") && first_word(field.value) == "auto-replied") return true;
    return false;
}

/// Is the list named where everybody can see it?
bool is_in_to_or_cc(const List& list, std::string_view header)
{
    for (const HeaderField& field : header_fields(header)) {
        if (!field.is("To") && !field.is("Cc")) continue;
        for (const Mailbox& mailbox : parse_mailboxes(field.value).mailboxes)
            if (list.is_own_address(cat(mailbox.local, "@", mailbox.domain))) return true;
    }
    return false;
}

bool names(const std::vector<std::string>& addresses, std::string_view address)
{
    return std::any_of(addresses.begin(), addresses.end(), [&](const std::string& known) {
        return equal_ignoring_case(known, address);
    });
}

bool is_hosted(std::span<const std::string> domains, std::string_view address)
{
    const std::string domain = lower(address.substr(address.rfind('@') + 1));
    return std::any_of(domains.begin(), domains.end(), [&](const std::string& hosted) {
        return domain == hosted || domain.ends_with(cat(".", hosted));
    });
}

Decision decision(Action action, std::string_view reason, std::string_view log)
{
    return {action, std::string(reason), "", std::string(log)};
}

Decision refusal(std::string_view text, std::string_view log)
{
    return {Action::refuse, "", std::string(text), std::string(log)};
}

/// The checks of one post, each of which may end it.
class Checks
{
public:
    Checks(const List& list, const Incoming& mail, std::size_t size, const Subscribers& subscribers,
           std::span<const std::string> hosted)
        : list_(list), mail_(mail), header_(split_message(mail.message).header), size_(size),
          subscribers_(subscribers), hosted_(hosted)
    {
    }

    Decision decide();

private:
    std::optional<Decision> author() const;
    std::optional<Decision> loop() const;
    std::optional<Decision> standing() const;
    std::optional<Decision> size() const;
    std::optional<Decision> addressee() const;
    std::optional<Decision> ruling();
    std::optional<Decision> access();
    std::optional<Decision> membership();
    bool may_post(bool moderators_only) const;

    const List& list_;
    const Incoming& mail_;
    std::string_view header_;
    std::size_t size_;
    const Subscribers& subscribers_;
    std::span<const std::string> hosted_;
    bool is_allowed_ = false; ///< by a moderator
    bool is_free_ = false;    ///< access says send: nothing after it counts
    std::string hold_reason_; ///< empty: nobody has to look at it so far
};

std::optional<Decision> Checks::author() const
{
    if (!mail_.author.empty()) return std::nullopt;
    return decision(Action::discard, "from", "discarded: not exactly one author in From");
}

/// It was here before, or nobody wrote it.
std::optional<Decision> Checks::loop() const
{
    for (const HeaderField& field : header_fields(header_)) {
        if (!is_mark_of(list_, field)) continue;
        const std::string log = cat("a post of this list came back (", field.name, ")");
        const bool is_answerable = !mail_.sender.empty() && !list_.extension_of(mail_.sender);
        if (is_answerable) return refusal("5.4.6 this list has sent that message before", log);
        return decision(Action::discard, "loop", cat("discarded: ", log));
    }
    if (is_answer_of_a_machine(header_))
        return decision(Action::discard, "auto", "discarded: an automatic reply");
    return std::nullopt;
}

/// Who claims to be one of us has to be.
std::optional<Decision> Checks::standing() const
{
    if (list_.flag("trustunauthenticated") || !is_hosted(hosted_, mail_.author))
        return std::nullopt;
    switch (mail_.standing.vouched) {
    case Vouched::local:
    case Vouched::yes:
    case Vouched::weak:
        return std::nullopt;
    case Vouched::temporary:
        return refusal("4.7.1 the author cannot be verified now",
                       "an author of ours that could not be verified");
    case Vouched::no:
    case Vouched::unknown:
        break;
    }
    return refusal("5.7.1 the author's domain does not vouch for this message (DMARC)",
                   cat("an author of ours that did not pass DMARC: ", mail_.author));
}

std::optional<Decision> Checks::size() const
{
    if (size_ <= list_.number("maxmailsize")) return std::nullopt;
    return decision(Action::deny, "maxmailsize", cat(std::to_string(size_), " bytes"));
}

std::optional<Decision> Checks::addressee() const
{
    if (list_.flag("tocc") || is_in_to_or_cc(list_, header_)) return std::nullopt;
    return decision(Action::deny, "tocc", "the list is not in To or Cc");
}

std::optional<Decision> Checks::ruling()
{
    const auto ruling = ruling_of(list_, mail_.author);
    is_allowed_ = ruling == Ruling::allow;
    if (ruling != Ruling::ban) return std::nullopt;
    return decision(Action::discard, "access", cat("a moderator has banned ", mail_.author));
}

std::optional<Decision> Checks::access()
{
    const auto text = list_.text("access");
    if (!text) return std::nullopt;
    const AccessVerdict verdict = parse_access(*text).judge(header_);
    const std::string log = verdict.line == 0
                                ? "no rule of control/access fits"
                                : cat("line ", std::to_string(verdict.line), " of control/access");
    switch (verdict.action) {
    case AccessAction::allow:
        return std::nullopt;
    case AccessAction::send:
        is_free_ = true;
        return std::nullopt;
    case AccessAction::moderate:
        hold_reason_ = "access";
        return std::nullopt;
    case AccessAction::discard:
        return decision(Action::discard, "access", log);
    case AccessAction::deny:
        break;
    }
    return decision(Action::deny, "access", log);
}

bool Checks::may_post(bool moderators_only) const
{
    // Who is named as moderator opens the list to himself: not if his domain says it was not him.
    if (moderators_only)
        return is_moderator(list_, mail_.author) && mail_.standing.vouched != Vouched::no;
    return is_allowed_ || subscribers_.find(mail_.author) != Subscription::none ||
           names(list_.lines("allowposters"), mail_.author);
}

std::optional<Decision> Checks::membership()
{
    const bool moderators_only = list_.flag("modonlypost");
    const bool is_held = list_.flag("modnonsubposts");
    if (is_free_ || (!moderators_only && !is_held && !list_.flag("subonlypost")))
        return std::nullopt;
    if (list_.is_own_address(mail_.author))
        return decision(Action::discard, "from", "discarded: the author is the list itself");
    if (may_post(moderators_only)) return std::nullopt;
    if (is_held) {
        hold_reason_ = moderators_only ? "modnonmodposts" : "modnonsubposts";
        return std::nullopt;
    }
    return decision(Action::deny, moderators_only ? "modonlypost" : "subonlypost",
                    cat(mail_.author, " may not post"));
}

Decision Checks::decide()
{
    if (auto end = author()) return *end;
    if (auto end = loop()) return *end;
    if (auto end = standing()) return *end;
    if (auto end = size()) return *end;
    if (mail_.sender.empty())
        return decision(Action::discard, "sender", "discarded: it has the null sender");
    if (auto end = addressee()) return *end;
    if (auto end = ruling()) return *end;
    if (auto end = access()) return *end;
    if (auto end = membership()) return *end;
    if (!is_free_ && hold_reason_.empty() && list_.flag("moderated")) hold_reason_ = "moderated";
    if (!hold_reason_.empty()) return decision(Action::hold, hold_reason_, "");
    return {};
}

} // namespace

Decision decide(const List& list, const Incoming& mail, std::size_t size,
                const Subscribers& subscribers, std::span<const std::string> hosted)
{
    return Checks(list, mail, size, subscribers, hosted).decide();
}

std::string_view silencer_of(std::string_view deny_reason)
{
    if (deny_reason == "tocc") return "notoccdenymails";
    if (deny_reason == "access") return "noaccessdenymails";
    if (deny_reason == "subonlypost") return "nosubonlydenymails";
    if (deny_reason == "modonlypost") return "nomodonlydenymails";
    return "nomaxmailsizedenymails";
}

bool is_moderator(const List& list, std::string_view address)
{
    return names(list.lines("moderators"), address);
}

} // namespace mn::list
