// Give up, for good, what this process will not need: a bug in it must not open other doors.
//
// By Landlock, where the kernel has it (Debian 12: yes); elsewhere nothing happens, for
// confinement is the second line of defence. Descriptors that are open already keep working.
#pragma once

#include <span>

namespace mn
{

/// From now on files can be opened, made, linked and removed only below these directories
/// (descriptors), nothing can be executed, and no TCP port bound or connected to.
/// Directories cannot be made at all.
void confine_to(std::span<const int> directories);

} // namespace mn
