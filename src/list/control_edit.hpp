// Changes of control files that moderators ask for, one at a time, each in one step.
//
//   if (!allow_poster(list, "ann@example.net")) tell("is allowed already");
//   ban_poster(list, "spam@example.com");
//
// Where the control files are made from others, those have to be changed. Throws Error 4.3.x, 5.1.3
// for what is no address.
#pragma once

#include "list/list.hpp"

#include <string>

namespace mn::list
{

/// A line in control/allowposters. False: it is there.
bool allow_poster(const List& list, const std::string& address);

/// A rule on top of control/access that discards what has this author; a list without rules keeps
/// letting everybody else through. False: it is there.
bool ban_poster(const List& list, const std::string& address);

/// The rule: "discard ^From:…ann@example\.net…".
std::string ban_rule(const std::string& address);

} // namespace mn::list
