// The temporary file that must not outlive this process, even when a signal ends it.
#pragma once

#include <string_view>

namespace mn::cleanup
{

/// Remove this file should a signal end the process. One file at a time; a longer list would be
/// of no use, for every caller writes one file, publishes it, and goes on to the next.
/// directory: a descriptor that stays open, or AT_FDCWD. name: at most 511 bytes.
void remember(int directory, std::string_view name);

/// The file has been published or removed.
void forget() noexcept;

/// Remove the remembered file, if any. Safe in a signal handler.
void run() noexcept;

/// From now on nothing may stop us half way: the effect is about to become visible.
/// Blocks all signals for the rest of the process (SIGKILL cannot be blocked).
void point_of_no_return() noexcept;

} // namespace mn::cleanup
