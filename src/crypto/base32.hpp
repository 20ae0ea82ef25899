// Bytes as small letters and digits, for places where case is not kept. [RFC4648 6]
//
//   base32::encode(bytes, 26)      // the first 130 bits
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mn::base32
{

inline constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/// The first length characters, without padding. bytes: at least 5 bits for each of them.
std::string encode(std::string_view bytes, std::size_t length);

/// Nothing but these characters.
bool is_base32(std::string_view text);

} // namespace mn::base32
