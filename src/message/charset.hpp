// Bytes of some alphabet as UTF-8.
//
//   if (const auto text = to_utf8("iso-8859-15", bytes)) use(*text);
//
// The only user of iconv(3). The common alphabets are read without it, for a program that is linked
// statically has no iconv(3) where the C library of the machine is another one; and of what
// iconv(3) knows only what mail really uses, for the name comes from strangers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mn
{

/// Nothing when this alphabet is not known here. Bytes that mean nothing in it become U+FFFD.
/// name: in any case.
std::optional<std::string> to_utf8(std::string_view name, std::string_view bytes);

/// The text with U+FFFD for every byte that is not part of a well-formed character.
std::string valid_utf8(std::string_view text);

/// One character; U+FFFD for what is none.
std::string utf8_of(char32_t character);

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

} // namespace mn
