// Many people subscribed, switched or unsubscribed by an administrator, and what became of each.
//
//   const MembershipChange change{.action = Membership::add, .welcome = true};
//   change_members(context, people, change, [&](const Member& member, Subscription before,
//                                               MemberResult result) { … });
//
// Without mail all are changed in one pass over the files; with mail one after the other. Durable
// when it is reported. Throws Error 4.3.x, then those reported are done.
#pragma once

#include "list/mail.hpp"
#include "list/subscribers.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

struct Member {
    std::string address; ///< in lower case; to be added: as subscriber_address gives it
    std::size_t line;    ///< where it was read; for reports
    Subscription wanted = Subscription::normal; ///< when added
};

enum class Membership : std::uint8_t { add, remove };

struct MembershipChange {
    Membership action = Membership::add;
    bool confirm = false; ///< ask first, by mail
    bool welcome = false; ///< a mail to who is added
    bool goodbye = false; ///< a mail to who is removed
    bool is_dry_run = false;

    bool sends_mail() const { return confirm || welcome || goodbye; }
};

enum class MemberResult : std::uint8_t { added, switched, already, removed, absent, asked };
inline constexpr std::size_t member_results = 6;
std::string_view name_of(MemberResult result); ///< "added" …, "not subscribed" of absent

using ReportMember =
    std::function<void(const Member& member, Subscription before, MemberResult result)>;

/// Without mail, somebody who is named twice is reported once. The owners are told nothing.
void change_members(const Context& context, const std::vector<Member>& members,
                    const MembershipChange& change, const ReportMember& report);

} // namespace mn::list
