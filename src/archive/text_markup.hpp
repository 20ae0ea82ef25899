// Plain text of a mail as HTML: <pre> for text, <blockquote> around what is quoted, <pre
// class="sig"> for the signature, <ins> and <del> in patches, links.
//
//   std::string html;
//   append_text_markup(html, "> Why?\nBecause.\n", Addresses::hide);
//
// text: UTF-8, LF, no control characters. What comes out is well-formed HTML, fit for any place
// where a block may stand; with white-space: pre-wrap or without. Linear time; quotes are nested
// at most max_quotes deep.
#pragma once

#include "archive/addresses.hpp"

#include <string>
#include <string_view>

namespace mn::archive
{

inline constexpr unsigned max_quotes = 12;

/// At least one <pre> unless the text is empty.
void append_text_markup(std::string& html, std::string_view text, Addresses addresses);

} // namespace mn::archive
