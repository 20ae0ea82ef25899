// Any text as one word of visible characters, for the lines of .state and the comment at the end of
// a thread page.
//
//   to_word("two words")          // "=two%20words"
//   from_word("=two%20words")     // "two words"; nothing if it is no such word
//
// A word has no space, no control character, and none of - < > that could end a comment in HTML.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mn::archive
{

std::string to_word(std::string_view text);
std::optional<std::string> from_word(std::string_view word);

/// Two digits for each byte.
std::string hexadecimal(std::string_view bytes);

/// The beginning of a text in UTF-8, at most limit bytes, cut between characters.
std::string_view beginning_of(std::string_view text, std::size_t limit);

} // namespace mn::archive
