// The mail that a digest is; compose_digest() of digest.hpp is here too.
//
//   const std::uint64_t last = last_that_fits(list, first, wanted);
#pragma once

#include "list/list.hpp"

#include <cstddef>
#include <cstdint>

namespace mn::list
{

inline constexpr std::size_t max_digest = std::size_t{8} << 20; ///< bytes of posts

/// control/digestmaxmails, if that makes sense.
std::uint64_t max_posts_in_digest(const List& list);

/// The last post that can be in a digest which begins with first: at least first, at most wanted.
std::uint64_t last_that_fits(const List& list, std::uint64_t first, std::uint64_t wanted);

/// Is one of these posts in the archive?
bool has_posts(const List& list, std::uint64_t first, std::uint64_t last);

} // namespace mn::list
