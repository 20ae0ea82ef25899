// One change of many subscriptions: which files it concerns, their locks, what goes in and out.
//
//   const Edit switch_to_digest{.keep = no_kinds, .add = bit(Kind::digest)};
//   for (const Edited& edited : edit_subscribers(list, addresses, switch_to_digest)) …
//
// Used by subscribers.cpp only. Throws Error 4.3.x.
#pragma once

#include "list/subscribers.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

/// A set of kinds, one bit for each.
using Kinds = unsigned;

constexpr Kinds bit(Kind kind)
{
    return 1U << static_cast<unsigned>(kind);
}

inline constexpr std::array all_the_kinds{Kind::normal, Kind::digest, Kind::nomail};
inline constexpr Kinds no_kinds = 0;
inline constexpr Kinds all_kinds = bit(Kind::normal) | bit(Kind::digest) | bit(Kind::nomail);

std::string directory_of(Kind kind); ///< "subscribers.d"

/// What becomes of every address: the kinds it has now, only those in keep, and those in add.
struct Edit {
    Kinds keep;
    Kinds add;

    Kinds after(Kinds before) const { return (before & keep) | add; }
    bool clears(Kind kind) const { return ((keep | add) & bit(kind)) == 0; }
    bool adds(Kind kind) const { return (add & bit(kind)) != 0; }
};

/// An address, and what it was under the lock, before the change.
struct Edited {
    std::string_view address;
    std::size_t index; ///< the first among those given
    Kinds before = no_kinds;
};

/// addresses: in lower case, none empty, each of them once in what is returned. Durable on return.
std::vector<Edited> edit_subscribers(const List& list, std::span<const std::string_view> addresses,
                                     const Edit& edit);

} // namespace mn::list
