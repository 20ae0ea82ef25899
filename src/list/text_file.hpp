// The files that list texts are in, and what they are called.
//
//   for (const std::string& name : text_names({"deny", "sub", "subbed", "digest"}))
//       // deny-sub-subbed-digest, deny-sub-subbed, deny-sub, deny, sub-subscribed
//   if (const auto text = read_text(list, directories, "prologue")) …
//
// Only plain names are ever opened. Throws Error 4.3.5 for a file that is there and cannot be read.
#pragma once

#include "list/text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

/// Letters, digits, "_", "." and "-", not a dot first, 1 to 100 of them.
bool is_text_name(std::string_view name);

/// The names a text for this occasion may have, best first.
std::vector<std::string> text_names(const Occasion& occasion);

/// The file text/NAME of the list, or NAME in the first directory that has it; with LF.
std::optional<std::string> read_text(const List& list, const TextDirectories& directories,
                                     std::string_view name);

/// control/NAME, any name; nothing if there is none.
std::optional<std::string> read_control(const List& list, std::string_view name);
bool has_control(const List& list, std::string_view name);

} // namespace mn::list
