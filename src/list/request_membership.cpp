#include "base/error.hpp"
#include "base/text.hpp"
#include "list/held.hpp"
#include "list/letter.hpp"
#include "list/pending.hpp"
#include "list/request.hpp"

namespace mn::list
{
namespace
{

std::string checked_address(const List& list, const std::string& text)
{
    const auto address = subscriber_address(text);
    if (!address) throw Error("5.1.3", "not an address that can be subscribed", printable(text));
    if (list.is_own_address(*address) || list.extension_of(*address))
        throw Error("5.7.1", "a list cannot subscribe to itself", printable(text));
    return *address;
}

Letter letter_to(const std::string& address, Occasion occasion)
{
    Letter letter;
    letter.notice.to = address;
    letter.notice.occasion = std::move(occasion);
    letter.values()["subaddr"] = address;
    return letter;
}

bool was_asked_by_mail(const std::string& reason)
{
    return reason == "request" || reason == "confirm";
}

std::string kind_suffix(Subscription wanted)
{
    return wanted == Subscription::normal ? "" : cat(name_of(wanted), "-");
}

// ---- questions ----------------------------------------------------------------------------------

/// "confsub" or "confunsub": the answer is a mail to NAME-TOKEN, a bounce comes to bounces-NAME-….
void ask(const Context& context, const Pending& pending, Occasion occasion)
{
    const bool is_subscription = pending.asked == Asked::subscribe;
    const std::string name = is_subscription ? "confsub-" : "confunsub-";
    const std::string token = add_pending(context.list, pending, context.now);
    const std::string suffix = is_subscription ? kind_suffix(pending.subscription) : "";
    const std::string answer_to = context.list.address_for(cat(name, suffix, token));
    Letter letter = letter_to(pending.address, std::move(occasion));
    letter.sender_extension = cat("bounces-", name, token);
    letter.notice.reply_to = answer_to;
    letter.values()["confirmaddr"] = answer_to;
    letter.values()["confaddr"] = answer_to;
    send_letter(context, std::move(letter));
}

/// Tell who is to decide, then who has to wait.
void ask_gatekeepers(const Context& context, const std::string& address, Subscription wanted,
                     const std::string& reason)
{
    const List& list = context.list;
    auto gatekeepers = list.lines("submod");
    if (gatekeepers.empty()) gatekeepers = list.lines("owner");
    const std::string token = hold_subscription(list, address, wanted, context.now);
    const std::string type(name_of(wanted));

    Letter question = letter_to(moderators_name(list), {"gatekeep", "sub", reason, type});
    question.recipients = gatekeepers;
    question.sender_extension = "owner";
    question.notice.from = list.address_for("owner");
    question.notice.reply_to = list.address_for(cat("permit-", token));
    question.notice.is_reply = false;
    question.values()["subaddr"] = address;
    question.values()["permitaddr"] = question.notice.reply_to;
    question.values()["moderateaddr"] = question.notice.reply_to;
    question.values()["obstructaddr"] = list.address_for(cat("obstruct-", token));
    question.add_names("gatekeepers", gatekeepers);
    if (!gatekeepers.empty()) send_letter(context, std::move(question));

    if (list.flag("nosubmodmails")) return;
    Letter wait = letter_to(address, {"wait", "sub", reason, type});
    wait.notice.from = list.address_for("owner");
    wait.add_names("gatekeepers", gatekeepers);
    send_letter(context, std::move(wait));
}

// ---- results ------------------------------------------------------------------------------------

/// action: "sub" or "unsub".
void tell_owners(const Context& context, const std::string& address, Occasion occasion)
{
    const auto owners = context.list.lines("owner");
    if (!context.list.flag("notifysub") || owners.empty()) return;
    const bool is_subscription = occasion.action == "sub";
    Letter letter = letter_to(context.list.address_for("owner"), std::move(occasion));
    letter.recipients = owners;
    letter.notice.from = context.list.address_for("owner");
    letter.notice.is_reply = false;
    letter.values()["subaddr"] = address;
    letter.values()[is_subscription ? "newsub" : "oldsub"] = address;
    send_letter(context, std::move(letter));
}

void tell_done(const Context& context, const std::string& address, Occasion occasion)
{
    Letter letter = letter_to(address, std::move(occasion));
    letter.notice.is_reply = was_asked_by_mail(letter.notice.occasion.reason);
    send_letter(context, std::move(letter));
}

std::string already(const Context& context, const std::string& address, Subscription wanted,
                    const SubscribeOptions& options)
{
    const std::string type(name_of(wanted));
    if (was_asked_by_mail(options.reason))
        send_letter(context, letter_to(address, {"deny", "sub", "subbed", type}));
    return cat(address, " is subscribed already (", type, ")");
}

std::string finish(const Context& context, const std::string& address, Subscription wanted,
                   const SubscribeOptions& options)
{
    const auto change = Subscribers(context.list).set(address, wanted);
    if (change == Subscribers::Change::already) return already(context, address, wanted, options);
    const bool is_switch = change == Subscribers::Change::switched;
    const std::string type(name_of(wanted));
    const std::string reason = is_switch ? "switch" : options.reason;
    if (options.with_welcome) tell_done(context, address, {"finish", "sub", reason, type});
    if (options.with_owner_notice && !is_switch)
        tell_owners(context, address, {"notify", "sub", reason, type});
    return cat(address, is_switch ? " switched to " : " subscribed: ", type);
}

/// What it was before, as far as it is to be removed; none: nothing was there.
Subscription remove(const List& list, const std::string& address, Subscription only)
{
    Subscribers subscribers(list);
    if (only == Subscription::none) return subscribers.remove(address);
    const Kind kind = only == Subscription::digest   ? Kind::digest
                      : only == Subscription::nomail ? Kind::nomail
                                                     : Kind::normal;
    return subscribers.remove(address, kind) ? only : Subscription::none;
}

std::string type_of(Subscription only)
{
    return only == Subscription::none ? "all" : std::string(name_of(only));
}

} // namespace

std::string subscribe(const Context& context, const std::string& text, Subscription wanted,
                      const SubscribeOptions& options)
{
    const std::string address = checked_address(context.list, text);
    const Subscription before = Subscribers(context.list).find(address);
    if (before == wanted) return already(context, address, wanted, options);
    const bool is_new = before == Subscription::none;
    const std::string type(name_of(wanted));
    if (options.with_confirmation && (is_new || options.confirms_switch)) {
        ask(context, {Asked::subscribe, address, wanted}, {"confirm", "sub", options.reason, type});
        return cat(address, " was asked whether to subscribe: ", type);
    }
    if (options.with_moderation && is_new && context.list.flag("submod")) {
        ask_gatekeepers(context, address, wanted, options.reason);
        return cat(address, " waits for a gatekeeper: ", type);
    }
    return finish(context, address, wanted, options);
}

std::string unsubscribe(const Context& context, const std::string& text,
                        const UnsubscribeOptions& options)
{
    const std::string address = lower(trim(text));
    const std::string type = type_of(options.only);
    const bool is_there = Subscribers(context.list).find(address) != Subscription::none;
    if (is_there && options.with_confirmation) {
        ask(context, {Asked::unsubscribe, address}, {"confirm", "unsub", options.reason, type});
        return cat(address, " was asked whether to unsubscribe");
    }
    const Subscription was =
        is_there ? remove(context.list, address, options.only) : Subscription::none;
    if (was == Subscription::none) {
        if (was_asked_by_mail(options.reason) && subscriber_address(address))
            send_letter(context, letter_to(address, {"deny", "unsub", "unsubbed", type}));
        return cat(printable(address), " is not subscribed");
    }
    if (options.with_goodbye)
        tell_done(context, address, {"finish", "unsub", options.reason, type});
    if (options.with_owner_notice)
        tell_owners(context, address, {"notify", "unsub", options.reason, type});
    return cat(address, " unsubscribed (was ", name_of(was), ")");
}

} // namespace mn::list
