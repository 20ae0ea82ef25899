// Bytes as text, whatever alphabet they claim to be in.
//
//   any_text("cp1252", bytes)      // UTF-8, always
//   any_text("", bytes)            // UTF-8 if they look so, else windows-1252
//
// For what people read. What to_utf8() does not know is guessed; bytes that mean nothing become
// U+FFFD. Linear time, throws nothing for any bytes.
#pragma once

#include <string>
#include <string_view>

namespace mn
{

/// charset: as a Content-Type has it.
std::string any_text(std::string_view charset, std::string_view bytes);

} // namespace mn
