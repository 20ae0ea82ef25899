#include "list/request_moderation.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "list/answer_limit.hpp"
#include "list/held.hpp"
#include "list/letter.hpp"
#include "list/postings.hpp"
#include "list/queue.hpp"
#include "message/address.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

bool is_named(const std::vector<std::string>& people, std::string_view address)
{
    return std::any_of(people.begin(), people.end(), [&](const std::string& person) {
        return equal_ignoring_case(person, address);
    });
}

std::string name_of(Verb verb)
{
    switch (verb) {
    case Verb::release:
        return "release";
    case Verb::reject:
        return "reject";
    case Verb::permit:
        return "permit";
    default:
        return "obstruct";
    }
}

/// Is this author one who was asked? Nobody else hears whether there is such a token.
bool was_asked(const List& list, const std::string& author, Verb verb)
{
    const bool is_post = verb == Verb::release || verb == Verb::reject;
    return is_named(list.lines(is_post ? "moderators" : "submod"), author) ||
           is_named(list.lines("owner"), author);
}

/// Another was faster, or it waited too long.
std::string tell_not_found(const Context& context, const Incoming& mail, const Command& command)
{
    const List& list = context.list;
    const std::string verb = name_of(command.verb);
    const std::string log = cat(verb, ": nothing waits under ", printable(command.argument));
    if (!was_asked(list, mail.author, command.verb)) return log;
    if (const auto reason = why_no_answer(list, mail)) return cat(log, "; no answer: ", *reason);
    if (!take_answer(list, mail.author, context.now))
        return cat(log, "; no answer: too many today");
    Letter letter;
    letter.notice.to = mail.author;
    letter.notice.occasion = {"deny", verb, "notfound", ""};
    letter.notice.in_reply_to = message_id_of(mail.message);
    send_letter(context, std::move(letter));
    return cat(log, "; told ", mail.author);
}

} // namespace

bool release_held(const Context& context, const std::string& token, const RequestHooks& hooks)
{
    const HeldLock lock(context.list);
    const auto post = find_held_post(context.list, token, context.now);
    if (!post) return false;
    // From mlmmj: the same mail held twice is two posts.
    const std::string identity =
        post->identity.empty() ? post_identity(token, post->message) : post->identity;
    hooks.release_post({post->message, identity, post->omit, post->signed_bytes});
    discard_held(context.list, token);
    return true;
}

std::optional<std::string> permit_held(const Context& context, const std::string& token)
{
    const HeldLock lock(context.list);
    const auto held = find_held_subscription(context.list, token, context.now);
    if (!held) return std::nullopt;
    SubscribeOptions options;
    options.reason = "permit";
    options.with_moderation = false;
    std::string log = subscribe(context, held->address, held->subscription, options);
    discard_held(context.list, token);
    return log;
}

namespace
{

/// reason: as moderators write it, a line or several.
void explain_rejection(const Context& context, const HeldPost& post, const std::string& reason)
{
    const std::string author = author_of_held(context.list, post);
    if (!parse_address(author))
        throw Error("5.1.3", "mail system error",
                    cat(post.token, ": nobody can be told the reason; reject it without one"));
    Letter letter;
    letter.notice.to = author;
    letter.notice.from = context.list.address_for("owner");
    letter.notice.occasion = {"deny", "post", "reject", ""};
    letter.notice.in_reply_to = message_id_of(post.message);
    letter.notice.values.original_mail = post.message;
    letter.notice.values.sources["rejectreason"] =
        [&](const std::function<void(std::string_view)>& use) {
            for (const std::string_view line : split(reason, '\n'))
                use(trim(line));
        };
    letter.values()["posteraddr"] = author;
    letter.values()["subject"] = subject_of(post.message);
    send_letter(context, std::move(letter));
}

} // namespace

bool reject_held(const Context& context, const std::string& token, const std::string& reason)
{
    const HeldLock lock(context.list);
    const auto post = find_held_post(context.list, token, context.now);
    if (!post) return false;
    if (!reason.empty()) explain_rejection(context, *post, reason);
    return discard_held(context.list, token);
}

bool obstruct_held(const Context& context, const std::string& token)
{
    const HeldLock lock(context.list);
    return find_held_subscription(context.list, token, context.now) &&
           discard_held(context.list, token);
}

std::string decide_held(const Context& context, const Incoming& mail, const Command& command,
                        const RequestHooks& hooks)
{
    const std::string& token = command.argument;
    const std::string by = cat(" (", printable(mail.author), ")");
    switch (command.verb) {
    case Verb::release:
        if (release_held(context, token, hooks)) return cat("released ", token, by);
        break;
    case Verb::reject:
        if (reject_held(context, token, "")) return cat("rejected ", token, by);
        break;
    case Verb::permit:
        if (const auto log = permit_held(context, token)) return cat("permitted: ", *log, by);
        break;
    default:
        if (obstruct_held(context, token)) return cat("obstructed ", token, by);
        break;
    }
    return tell_not_found(context, mail, command);
}

} // namespace mn::list
