// What in a text is a link: http, https, and addresses where they are shown whole.
//
//   std::string html;
//   append_linked(html, "see https://example.org/?a&b.", Addresses::hide);
//
// Linear time for any text; UTF-8.
#pragma once

#include "archive/addresses.hpp"

#include <string>
#include <string_view>

namespace mn::archive
{

/// The line as HTML, escaped, with links, and with its addresses as they are shown. An address
/// in the query of a link is hidden, too, and such a link leads nowhere; one in its path stays,
/// encoded, for there Message-IDs are.
void append_linked(std::string& html, std::string_view line, Addresses addresses);

} // namespace mn::archive
