// Which name did somebody mean who has mistyped it?
//
//   near_name("subonlypots", names)      // "subonlypost"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mn::list
{

/// The name that is nearest, when it is near: at most two letters wrong, missing, too many or
/// swapped, and no more than one in four. In any case. Empty when there is none.
std::string near_name(std::string_view typed, std::span<const std::string_view> names);

} // namespace mn::list
