// The names that HTML gives to characters.
//
//   html_name("eacute")            // U'\xE9'
//
// Those that mail uses, about 280 of 2200.
#pragma once

#include <optional>
#include <string_view>

namespace mn::archive
{

/// name: without "&" and ";".
std::optional<char32_t> html_name(std::string_view name);

} // namespace mn::archive
