// Text without anything that is not text: control characters go, what turns the direction of
// reading becomes visible, as "[U+202E]".
//
//   clean_lines("a\r\nb\x07")            // "a\nb"
//   clean_line(" a\tb\n c ", 998)        // "a b c"
//
// text: any bytes; UTF-8 comes out, in LF, and fit for XML. Linear time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mn::archive
{

/// Many lines: LF and TAB stay.
std::string clean_lines(std::string_view text);

/// One line, one space where there was white space, at most so many bytes, no character cut in two.
std::string clean_line(std::string_view text, std::size_t max_bytes);

/// The longest beginning of at most so many bytes that cuts no character in two. text: UTF-8.
std::string_view cut(std::string_view text, std::size_t max_bytes);

} // namespace mn::archive
