// The name of an author, and the author as a list puts it: "Ann via cats" <cats@example.org>.
//
//   author_name("Ann Example <ann@example.net>")               // "Ann Example"
//   via_list("Ann Example", list)                              // the value of From
//
// Any bytes go in; what comes out is one well-formed field. Linear time.
#pragma once

#include "list/list.hpp"

#include <string>
#include <string_view>

namespace mn::list
{

/// The display name, or a comment, or else the local part of the address; UTF-8, no control
/// characters, at most 100 bytes. value: of From, raw.
std::string author_name(std::string_view value);

/// May hold "\n " where it is folded. [RFC5322 3.4] [RFC2047 5]
std::string via_list(std::string_view name, const List& list);

} // namespace mn::list
