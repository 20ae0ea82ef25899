// The text of an HTML page, for readers of plain text.
//
//   html_text("<p>Ann &amp; Bob<br>see <a href='https://x.example/'>this</a>", 1 << 20)
//   // "Ann & Bob\nsee this <https://x.example/>\n"
//
// Paragraphs, lists, tables and quotations ("> ") as far as text has them; pictures by what they
// are said to show; nothing of scripts, styles and what is hidden. html: UTF-8, any. Linear time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mn::archive
{

/// Lines end in LF; ends soon after so many bytes.
std::string html_text(std::string_view html, std::size_t max_bytes);

} // namespace mn::archive
