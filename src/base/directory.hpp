// Looking through the entries of a directory.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mn
{

/// The first entry that matches, in no particular order. directory: a descriptor; its position
/// is not disturbed. Throws Error.
std::optional<std::string> find_entry(int directory,
                                      const std::function<bool(std::string_view)>& matches);

} // namespace mn
