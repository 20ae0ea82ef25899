// Who started this program, for records that people read; nothing is decided by it.
//
//   const std::string who = who_runs_this();     // "ann", also when ann used sudo or su
#pragma once

#include <string>

namespace mn
{

/// The name of who logged in, where the kernel knows it (its login uid); else of the account that
/// runs this. "uid 1000" when it has no name in /etc/passwd. Ask before become_owner_of().
std::string who_runs_this();

} // namespace mn
