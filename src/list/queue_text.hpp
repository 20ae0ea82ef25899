// What waits for the moderators, told: to people at a terminal, and as JSON.
//
//   print(cat(queue_line(item, token, now), "\n"));
//
// For people everything is made harmless: no byte of it can be an order to a terminal.
#pragma once

#include "base/json.hpp"
#include "list/queue.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mn::list
{

/// token, age, kind, author, and subject or type, with tabs between them; no line end.
std::string queue_line(const Queued& item, std::string_view token, std::int64_t now);

/// A line for each thing that is known, and the message after an empty line.
std::string queue_story(const Queued& item, std::string_view message, std::int64_t now);

Json queue_json(const Queued& item);

/// UTF-8 stays; control characters, also those of two bytes (C1), become "?".
std::string harmless_line(std::string_view text);

} // namespace mn::list
