// Text as it may stand in HTML and XML.
//
//   page += cat("<a href=\"", markup::link(url), "\">", markup::text(subject), "</a>");
//
// UTF-8 goes in and comes out; control characters but LF and TAB are left out. Linear time.
#pragma once

#include <string>
#include <string_view>

namespace mn::archive::markup
{

/// Fit for the content of an element, and for the value of an attribute in double quotes.
std::string text(std::string_view text);
void append_text(std::string& out, std::string_view text);

/// A whole address of a link, for an attribute: what may not be in one is percent-encoded, what is
/// encoded already stays. [RFC3986 2]
std::string link(std::string_view url);

/// A piece of a link, as a Message-ID in it: all but letters, digits and "-._~" encoded.
std::string piece(std::string_view text);

} // namespace mn::archive::markup
