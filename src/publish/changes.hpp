// What is different from the last time: for cron, which mails whatever is printed.
//
//   const Changes changes = compare(read(path), findings);
//   for (const Finding* finding : changes.changed) print(told(*finding, form));
//   replace_file(path, changes.state, 0600);
//
// The state is text, a line for each subject with what was said of it. What could not be found out
// this time stays as it was, and is no change.
#pragma once

#include "publish/finding.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::publish
{

struct Changes {
    std::vector<const Finding*> changed; ///< of those given
    std::string state;                   ///< for the next time
};

/// state: of the last time; empty: everything that is not OK is a change.
Changes compare(std::string_view state, std::span<const Finding> findings);

} // namespace mn::publish
