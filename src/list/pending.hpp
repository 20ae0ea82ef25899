// Who has been asked whether a subscription or its end is really wanted: subconf/ and unsubconf/.
//
//   const std::string token = add_pending(list, {.address = "ann@example.net"}, now);
//   mail_to(address, cat("confsub-", token));                         // and when the answer comes:
//   if (const auto pending = find_pending(list, Asked::subscribe, Subscription::normal, token,
//   now))
//       subscribe(pending->address), remove_pending(list, Asked::subscribe, token);
//
// The file is named by the token alone and holds the address, so mlmmj takes it as well. Its own
// files, "0123456789abcdef-ann=example.net", are believed because they exist; ours must have been
// made for this address, this question and this kind of subscription. All are good for a week.
#pragma once

#include "list/list.hpp"
#include "list/subscribers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn::list
{

inline constexpr std::int64_t pending_life = 604800;

enum class Asked : std::uint8_t { subscribe, unsubscribe };

struct Pending {
    Asked asked = Asked::subscribe;
    std::string address; ///< lower case
    /// As in the verb: of Asked::unsubscribe, normal means every version.
    Subscription subscription = Subscription::normal;
};

/// Durable on return.
std::string add_pending(const List& list, const Pending& pending, std::int64_t now);

/// Looks without taking. Nothing: no such token, made for something else, expired, used.
std::optional<Pending> find_pending(const List& list, Asked asked, Subscription subscription,
                                    std::string_view token, std::int64_t now);

/// The token is used up. False: it was already.
bool remove_pending(const List& list, Asked asked, std::string_view token);

} // namespace mn::list
