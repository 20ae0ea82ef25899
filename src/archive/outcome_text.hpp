// What became of a list's archive, told: on one line, and as JSON.
//
//   print(outcome_line(outcome));      // "3 new; 7 messages at https://lists.example.org/cats/"
#pragma once

#include "archive/site.hpp"
#include "base/json.hpp"

#include <string>

namespace mn::archive
{

/// Without a line end; nothing in it is of a message.
std::string outcome_line(const Outcome& outcome);

/// directory: of the list.
Json outcome_json(const std::string& directory, const Outcome& outcome);

} // namespace mn::archive
