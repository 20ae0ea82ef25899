// Give up, for good, what this process will not need: a bug in it must not open other doors.
//
//   confine_to({});                          // a filter that has opened everything it needs
//   forbid_system_calls(Network::none);
//
// By Landlock and seccomp, where the kernel has them (Debian 12: yes); elsewhere nothing happens,
// for confinement is the second line of defence. Descriptors that are open already keep working.
#pragma once

#include <span>

namespace mn
{

/// What a process may still do on the network, apart from what is connected already.
enum class Network {
    none,
    client, ///< open UDP and TCP connections of its own, as the DNS needs them
};

/// From now on files can be opened, made, linked and removed only below these directories
/// (descriptors), nothing can be executed, and no TCP port bound; none connected to either with
/// Network::none. Directories cannot be made at all.
void confine_to(std::span<const int> directories, Network network = Network::none);

/// From now on no program can be started, no process made, traced or sent a signal (but ourselves),
/// no identity changed, nothing listened on, and no socket opened except for syslog and what
/// network says: these calls fail with EPERM. Costs a tenth of a millisecond, once.
void forbid_system_calls(Network network);

} // namespace mn
