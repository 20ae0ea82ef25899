#include "list/bounce.hpp"

#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"
#include "list/bounce_record.hpp"
#include "list/dsn.hpp"
#include "list/pending.hpp"
#include "list/subscribers.hpp"
#include "list/token.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

constexpr std::chrono::seconds patience{30};

Lock lock_bounces(const List& list)
{
    list.make_directory("mailnode");
    return {list.path("mailnode/bounce.lock"), patience};
}

/// What came of one address.
std::string record_address(const Context& context, const std::string& reported,
                           const Bounce& bounce, std::string_view message)
{
    const std::string who = printable(reported);
    const auto address = subscriber_address(reported);
    if (!address || Subscribers(context.list).find(*address) == Subscription::none)
        return cat(who, " is not subscribed");
    const auto name = bounce_name(*address);
    if (!name) return cat(who, " cannot be recorded");
    const Lock lock = lock_bounces(context.list);
    const BounceRecords records(context.list);
    const bool is_new = records.add(*name, bounce);
    records.keep_message(*name, message);
    if (bounce.number == "probe") records.clear_probe(*name);
    return cat(who, is_new ? " recorded" : " has bounced today already");
}

struct Bouncer {
    std::string address;
    BounceWeight weight;
};

/// Whose mail came back: the address in the envelope, else those of the report.
std::vector<Bouncer> bouncers_of(const Incoming& mail, const Command& command)
{
    if (!command.address.empty()) return {{command.address, weigh_bounce(mail.message)}};
    std::vector<Bouncer> bouncers;
    const auto report = parse_dsn(mail.message);
    if (!report) return bouncers;
    for (const DsnRecipient& recipient : report->recipients)
        bouncers.push_back({recipient.original_recipient.empty() ? recipient.final_recipient
                                                                 : recipient.original_recipient,
                            weigh(recipient)});
    return bouncers;
}

std::string record_post(const Context& context, const Incoming& mail, const Command& command)
{
    const std::size_t dot = std::min(command.argument.find('.'), command.argument.size());
    const std::string number = command.argument.substr(0, dot);
    const std::string tag = command.argument.substr(std::min(dot + 1, command.argument.size()));
    if (!check_bounce_tag(context.list, number, tag)) return "bounce without our tag dropped";
    if (!looks_like_bounce(mail.message)) return "automatic answer to a post dropped";
    std::string log = cat("bounce of ", number, ":");
    for (const Bouncer& bouncer : bouncers_of(mail, command)) {
        if (bouncer.weight == BounceWeight::none)
            log += cat(" ", printable(bouncer.address), " does not count");
        else
            log += cat(" ", record_address(context, bouncer.address,
                                           {number, context.now, bouncer.weight}, mail.message));
    }
    return log;
}

std::string record_probe(const Context& context, const Incoming& mail, const Command& command)
{
    if (!check_token(context.list, command.argument, {"probe", command.address}, context.now))
        return "bounce of a probe without our token dropped";
    const std::string log = cat("bounce of a probe: ", printable(command.address));
    if (!looks_like_bounce(mail.message)) return cat(log, " has only answered");
    if (weigh_bounce(mail.message) == BounceWeight::none) return cat(log, " does not count");
    return cat("bounce of a probe: ",
               record_address(context, command.address, {"probe", context.now, BounceWeight::hard},
                              mail.message));
}

/// The address that was to be confirmed does not take mail: nothing is pending any more.
std::string drop_confirmation(const Context& context, const Incoming& mail,
                              const std::string& token)
{
    if (!looks_like_bounce(mail.message)) return "automatic answer to a confirmation dropped";
    const bool was_pending = remove_pending(context.list, Asked::subscribe, token) ||
                             remove_pending(context.list, Asked::unsubscribe, token);
    return was_pending ? "bounce of a confirmation: the request is dropped"
                       : "bounce of a confirmation that nobody waits for";
}

} // namespace

std::string record_bounce(const Context& context, const Incoming& mail, const Command& command)
{
    switch (command.verb) {
    case Verb::bounce:
        return record_post(context, mail, command);
    case Verb::bounce_probe:
        return record_probe(context, mail, command);
    case Verb::bounce_confirmation:
        return drop_confirmation(context, mail, command.argument);
    default:
        return "bounce of an answer dropped";
    }
}

} // namespace mn::list
