// UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF. [RFC3629 3]
#pragma once

#include <cstddef>
#include <string_view>

namespace mn::utf8
{

/// Bytes of the character that the text begins with; 0 if it is not well formed, or empty.
std::size_t length(std::string_view text);

/// The character. text: exactly one, as length() measured it.
char32_t decode(std::string_view text);

/// Is all of it well formed?
bool is_valid(std::string_view text);

} // namespace mn::utf8
