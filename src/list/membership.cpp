#include "list/membership.hpp"

#include "list/request.hpp"

#include <array>
#include <unordered_set>

namespace mn::list
{
namespace
{

MemberResult result_of(const MembershipChange& change, const Member& member, Subscription before)
{
    const bool is_there = before != Subscription::none;
    if (change.action == Membership::remove) {
        if (!is_there) return MemberResult::absent;
        return change.confirm ? MemberResult::asked : MemberResult::removed;
    }
    if (before == member.wanted) return MemberResult::already;
    if (is_there) return MemberResult::switched;
    return change.confirm ? MemberResult::asked : MemberResult::added;
}

void change_by_mail(const Context& context, const std::vector<Member>& members,
                    const MembershipChange& change, const ReportMember& report)
{
    const Subscribers subscribers(context.list);
    for (const Member& member : members) {
        const Subscription before = subscribers.find(member.address);
        if (change.action == Membership::remove)
            unsubscribe(context, member.address,
                        {.reason = "admin",
                         .with_confirmation = change.confirm,
                         .with_goodbye = change.goodbye,
                         .with_owner_notice = false});
        else
            subscribe(context, member.address, member.wanted,
                      {.reason = "admin",
                       .with_confirmation = change.confirm,
                       .with_welcome = change.welcome,
                       .with_moderation = false,
                       .with_owner_notice = false});
        report(member, before, result_of(change, member, before));
    }
}

/// Those of the members who are to be subscribed in this way; when removing, all.
void change_files(const List& list, const std::vector<Member>& members,
                  const MembershipChange& change, Subscription wanted, const ReportMember& report)
{
    const bool removes = change.action == Membership::remove;
    std::vector<std::string_view> addresses;
    std::vector<const Member*> places;
    for (const Member& member : members) {
        if (!removes && member.wanted != wanted) continue;
        addresses.push_back(member.address);
        places.push_back(&member);
    }
    if (addresses.empty()) return;
    const auto tell = [&](std::size_t index, Subscription before) {
        const Member& member = *places[index];
        report(member, before, result_of(change, member, before));
    };
    Subscribers subscribers(list);
    if (change.is_dry_run) {
        const auto before = subscribers.find_many(addresses);
        std::unordered_set<std::string_view> seen;
        for (std::size_t i = 0; i < before.size(); ++i)
            if (seen.insert(addresses[i]).second) tell(i, before[i]);
    } else if (removes) {
        subscribers.remove_many(addresses, tell);
    } else {
        subscribers.set_many(addresses, wanted, tell);
    }
}

} // namespace

std::string_view name_of(MemberResult result)
{
    constexpr std::array<std::string_view, member_results> names{
        "added", "switched", "already", "removed", "not subscribed", "asked"};
    return names.at(static_cast<std::size_t>(result));
}

void change_members(const Context& context, const std::vector<Member>& members,
                    const MembershipChange& change, const ReportMember& report)
{
    if (change.sends_mail() && !change.is_dry_run)
        return change_by_mail(context, members, change, report);
    if (change.action == Membership::remove)
        return change_files(context.list, members, change, Subscription::none, report);
    for (const Subscription wanted :
         {Subscription::normal, Subscription::digest, Subscription::nomail, Subscription::both})
        change_files(context.list, members, change, wanted, report);
}

} // namespace mn::list
