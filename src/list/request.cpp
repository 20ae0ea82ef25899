#include "list/request.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "list/answer_limit.hpp"
#include "list/bounce.hpp"
#include "list/letter.hpp"
#include "list/pending.hpp"
#include "list/request_moderation.hpp"
#include "list/spool.hpp"
#include "list/token.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

struct Request {
    const Context& context;
    const Incoming& mail;
    const Command& command;

    const List& list() const { return context.list; }
};

/// Why the author gets no answer to this; nothing: one more has been counted, and is sent now.
std::optional<std::string> why_silent(const Request& request)
{
    if (const auto reason = why_no_answer(request.list(), request.mail)) return reason;
    if (!take_answer(request.list(), request.mail.author, request.context.now))
        return "too many answers today";
    return std::nullopt;
}

std::string silent(std::string_view what, std::string_view reason)
{
    return cat(what, ": no answer, for ", reason);
}

Letter letter_for(const Request& request, Occasion occasion)
{
    Letter letter;
    letter.notice.to = request.mail.author;
    letter.notice.from = request.list().address_for("owner");
    letter.notice.in_reply_to = message_id_of(request.mail.message);
    letter.notice.occasion = std::move(occasion);
    letter.values()["subaddr"] = request.mail.author;
    return letter;
}

/// Nobody else can have written this, so there is no need to ask back.
bool is_certain(const Standing& standing)
{
    return standing.vouched == Standing::Vouched::local ||
           standing.vouched == Standing::Vouched::yes ||
           standing.vouched == Standing::Vouched::weak;
}

// ---- subscribe, unsubscribe ---------------------------------------------------------------------

/// Why this kind of subscription is not to be had: the reason of the deny text.
std::string_view why_denied(const List& list, Subscription wanted)
{
    if (list.flag("closedlist") || list.flag("closedlistsub")) return "closed";
    const bool is_digest = wanted == Subscription::digest || wanted == Subscription::both;
    if (is_digest && list.flag("nodigestsub")) return "disabled";
    if (wanted == Subscription::nomail && list.flag("nonomailsub")) return "disabled";
    return "";
}

std::string request_subscription(const Request& request)
{
    const Subscription wanted = request.command.subscription;
    if (const auto reason = why_silent(request)) return silent("subscribe", *reason);
    const std::string_view denied = why_denied(request.list(), wanted);
    if (!denied.empty()) {
        send_letter(request.context, letter_for(request, {"deny", "sub", std::string(denied),
                                                          std::string(name_of(wanted))}));
        return cat("subscribe: denied to ", request.mail.author, ": ", denied);
    }
    if (!subscriber_address(request.mail.author))
        return cat("subscribe: not an address: ", printable(request.mail.author));
    SubscribeOptions options;
    options.confirms_switch = !is_certain(request.mail.standing);
    options.with_confirmation = !request.list().flag("nosubconfirm") || options.confirms_switch;
    return subscribe(request.context, request.mail.author, wanted, options);
}

std::string request_removal(const Request& request)
{
    if (request.list().flag("closedlist")) return "unsubscribe: the list is closed";
    if (const auto reason = why_silent(request)) return silent("unsubscribe", *reason);
    UnsubscribeOptions options;
    options.with_confirmation =
        !request.list().flag("nosubconfirm") || !is_certain(request.mail.standing);
    return unsubscribe(request.context, request.mail.author, options);
}

std::string confirm_subscription(const Request& request)
{
    const std::string& token = request.command.argument;
    const auto pending = find_pending(request.list(), Asked::subscribe,
                                      request.command.subscription, token, request.context.now);
    if (!pending) return cat("confsub: no such question: ", token);
    SubscribeOptions options;
    options.reason = "confirm";
    std::string log = subscribe(request.context, pending->address, pending->subscription, options);
    remove_pending(request.list(), Asked::subscribe, token);
    return log;
}

std::string confirm_removal(const Request& request)
{
    const std::string& token = request.command.argument;
    if (request.list().flag("closedlist")) return "confunsub: the list is closed";
    const Subscription which = request.command.subscription;
    const auto pending =
        find_pending(request.list(), Asked::unsubscribe, which, token, request.context.now);
    if (!pending) return cat("confunsub: no such question: ", token);
    UnsubscribeOptions options;
    options.reason = "confirm";
    options.only = which == Subscription::normal ? Subscription::none : which;
    std::string log = unsubscribe(request.context, pending->address, options);
    remove_pending(request.list(), Asked::unsubscribe, token);
    return log;
}

// ---- texts, posts, subscribers ------------------------------------------------------------------

std::string send_text(const Request& request, const std::string& purpose)
{
    if (const auto reason = why_silent(request)) return silent(purpose, *reason);
    send_letter(request.context, letter_for(request, {purpose, "", "", ""}));
    return cat(purpose, ": sent to ", request.mail.author);
}

std::string send_post(const Request& request)
{
    const List& list = request.list();
    const std::string number = std::to_string(request.command.number);
    const std::string what = cat("get-", number);
    if (list.flag("noget")) return cat(what, ": old posts are not sent (noget)");
    const bool is_subscriber = Subscribers(list).find(request.mail.author) != Subscription::none;
    if (list.flag("subonlyget") && !is_subscriber)
        return cat(what, ": ", printable(request.mail.author), " is not subscribed (subonlyget)");
    const auto post = Spool(list, "archive").read(number);
    if (!post) return cat(what, ": no such post");
    if (const auto reason = why_silent(request)) return silent(what, *reason);
    Outgoing mail;
    mail.sender = list.address_for(cat("bounces-", number, ".", bounce_tag(list, number)));
    mail.recipients = {request.mail.author};
    mail.message = post->content;
    mail.with_verp = true;
    request.context.send(mail);
    return cat(what, ": sent to ", request.mail.author);
}

std::function<void(const std::function<void(std::string_view)>&)> source(const List& list,
                                                                         Kind kind)
{
    return [&list, kind](const std::function<void(std::string_view)>& use) {
        Subscribers(list).for_each(kind, use);
    };
}

std::string send_subscribers(const Request& request)
{
    const List& list = request.list();
    if (list.flag("nolistsubsemail")) return "list: not sent (nolistsubsemail)";
    const auto owners = list.lines("owner");
    const auto owner = std::find_if(owners.begin(), owners.end(), [&](const std::string& line) {
        return equal_ignoring_case(line, request.mail.author);
    });
    if (owner == owners.end()) return cat("list: ", printable(request.mail.author), " is no owner");
    if (const auto reason = why_silent(request)) return silent("list", *reason);
    Letter letter = letter_for(request, {"list", "", "", "all"});
    letter.notice.to = *owner;
    auto& sources = letter.notice.values.sources;
    sources["listsubs"] = sources["normalsubs"] = source(list, Kind::normal);
    sources["digestsubs"] = source(list, Kind::digest);
    sources["nomailsubs"] = source(list, Kind::nomail);
    send_letter(request.context, std::move(letter));
    return cat("list: sent to ", *owner);
}

/// Without what the last delivery has put on top; nothing else changed.
std::string without_envelope(std::string_view message)
{
    std::string_view rest = message;
    if (rest.starts_with("From ")) rest.remove_prefix(std::min(rest.find('\n') + 1, rest.size()));
    const MessageParts parts = split_message(rest);
    return cat(remove_fields(parts.header, "Return-Path"), parts.separator, parts.body);
}

std::string forward_to_owners(const Request& request)
{
    Outgoing mail;
    for (const std::string& owner : request.list().lines("owner"))
        if (!request.list().extension_of(owner)) mail.recipients.push_back(owner);
    if (mail.recipients.empty())
        throw Error("4.3.5", "mailing list configuration error",
                    cat(request.list().path("control/owner"), " names nobody"));
    mail.sender = request.mail.sender;
    mail.message = without_envelope(request.mail.message);
    request.context.send(mail);
    return cat("forwarded to the owners: ", std::to_string(mail.recipients.size()));
}

/// Holiday messages and the like answer to wherever Reply-To leads.
bool wants_a_person(Verb verb)
{
    return verb == Verb::confirm_subscribe || verb == Verb::confirm_unsubscribe ||
           verb == Verb::release || verb == Verb::reject || verb == Verb::permit ||
           verb == Verb::obstruct;
}

std::string handle(const Request& request, const RequestHooks& hooks)
{
    switch (request.command.verb) {
    case Verb::subscribe:
        return request_subscription(request);
    case Verb::confirm_subscribe:
        return confirm_subscription(request);
    case Verb::unsubscribe:
        return request_removal(request);
    case Verb::confirm_unsubscribe:
        return confirm_removal(request);
    case Verb::bounce:
    case Verb::bounce_confirmation:
    case Verb::bounce_probe:
    case Verb::bounce_other:
        return record_bounce(request.context, request.mail, request.command);
    case Verb::release:
    case Verb::reject:
    case Verb::permit:
    case Verb::obstruct:
        return decide_held(request.context, request.mail, request.command, hooks);
    case Verb::help:
        return send_text(request, "help");
    case Verb::faq:
        return send_text(request, "faq");
    case Verb::get:
        return send_post(request);
    case Verb::list:
        return send_subscribers(request);
    case Verb::owner:
    case Verb::moderators:
        return forward_to_owners(request);
    case Verb::post:
    case Verb::unknown:
        break;
    }
    throw Error("5.1.1", "no such address at this mailing list", printable(request.mail.extension));
}

} // namespace

Answer handle_request(const Context& context, const Incoming& mail, const Command& command,
                      const RequestHooks& hooks)
{
    if (wants_a_person(command.verb))
        if (const auto reason = why_from_machine(context.list, mail))
            return {cat("ignored: ", *reason)};
    return {handle({context, mail, command}, hooks)};
}

} // namespace mn::list
