// Act as the owner of a directory: what root makes for somebody else must belong to him, and what
// lies there must not make root do anything.
//
//   if (runs_as_root()) become_owner_of("/var/mailnode/lists/cats");
//   const int status = run_as_owner_of(directory, [&] { return do_it(directory); });
#pragma once

#include <functional>
#include <string>

namespace mn
{

bool runs_as_root();

/// User and group of the directory, and no other groups, for good. Root's own directories change
/// nothing. Only for root. Throws Error when the directory cannot be examined.
void become_owner_of(const std::string& directory);

/// work in a process of its own, which has no way back to root; returns what work returned, 0 to
/// 125. What work leaves in buffers is lost, and an exception of it is 71. Throws Error, also when
/// a signal ended that process.
int run_as_owner_of(const std::string& directory, const std::function<int()>& work);

} // namespace mn
