// The body of a request that unsubscribes: the pair List-Unsubscribe=One-Click, in one of the
// two forms that browsers know.
//
//   if (says_one_click(request.type, body)) …
#pragma once

#include <string_view>

namespace mn::list
{

/// type: Content-Type, application/x-www-form-urlencoded or multipart/form-data. Pairs of other
/// names beside it do not matter. Any bytes go in, in linear time. [RFC8058 3.2] [RFC7578 4]
bool says_one_click(std::string_view type, std::string_view body);

} // namespace mn::list
