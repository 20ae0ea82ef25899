// Which messages must not be seen on the web: an empty file for each, named by the key of its
// Message-ID, in mailnode/web-removed below the list's directory. So it stays removed whatever
// becomes of the pages.
//
//   const auto removed = removed_keys(list);
//   mark_removed(list, key);                      // durable
//
// Throws Error 4.3.x.
#pragma once

#include "list/list.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace mn::archive
{

std::set<std::string> removed_keys(const list::List& list);

/// False when it was marked before.
bool mark_removed(const list::List& list, const std::string& key);

/// What people call a message by: its Message-ID, with or without < and >, or the address of its
/// page, or the key in that. The key of a second message with one Message-ID is that of the first.
/// Nothing: it is none of these.
std::optional<std::string> key_of_name(std::string_view name);

} // namespace mn::archive
