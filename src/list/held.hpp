// What waits for a moderator: posts in moderation/TOKEN, subscriptions in
// moderation/subscribeTOKEN, as mlmmj keeps them. A token is the name of the file; tokens that
// mlmmj has made, 16 hexadecimal digits, work as well.
//
//   const std::string token = hold_post(list, {.message = …, .reason = "moderated"}, identity,
//   now); const HeldLock lock(list);                              // release, reject, permit: one
//   at a time if (auto post = find_held_post(list, token, now)) send(*post), discard_held(list,
//   token);
//
// What mlmmj has no place for (reason, sender, identity) stands in mailnode/held/TOKEN. Nothing is
// found that is older than control/modreqlife. Throws Error 4.3.x.
#pragma once

#include "base/lock.hpp"
#include "list/list.hpp"
#include "list/subscribers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

struct HeldPost {
    std::string token;
    std::string message; ///< as it will be sent: rewritten, with our number of fields
    std::string omit;    ///< notmetoo: who does not get it; empty: nobody
    std::string reason;  ///< "moderated", "access", "modnonsubposts"; empty from mlmmj
    std::string sender;  ///< envelope; empty from mlmmj
    std::int64_t since = 0;
    std::string identity;         ///< as given to hold_post(); empty from mlmmj
    std::size_t signed_bytes = 0; ///< as Posting in postings.hpp has it
};

struct HeldSubscription {
    std::string token;
    std::string address;
    Subscription subscription = Subscription::normal;
    std::int64_t since = 0;
};

/// Who decides about what is held takes this first, keeps it until discard_held(), and so decides
/// alone. A process that is killed in between leaves the post held: the next try goes on.
class HeldLock
{
public:
    explicit HeldLock(const List& list);

private:
    Lock lock_;
};

/// Durable on return. The same post again (same queue id and content) gives the same token, so that
/// a retry after a kill holds it once.
std::string hold_post(const List& list, const HeldPost& post, std::string_view identity,
                      std::int64_t now);
/// The same address waiting for the same: its token.
std::string hold_subscription(const List& list, const std::string& address,
                              Subscription subscription, std::int64_t now);

/// Looks without taking. Nothing: no such token, expired or taken.
std::optional<HeldPost> find_held_post(const List& list, std::string_view token, std::int64_t now);
std::optional<HeldSubscription> find_held_subscription(const List& list, std::string_view token,
                                                       std::int64_t now);

/// Gone on return; false: it was not there (another moderator was faster). Post or subscription.
bool discard_held(const List& list, std::string_view token);

/// Oldest first; posts without their message.
std::vector<HeldPost> held_posts(const List& list, std::int64_t now);
std::vector<HeldSubscription> held_subscriptions(const List& list, std::int64_t now);

} // namespace mn::list
