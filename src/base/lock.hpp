// A lock between processes, by fcntl(2) so that it also holds over NFS.
//
//   const Lock lock(cat(directory, "/.lock"), std::chrono::seconds(60));   // until it goes
//
// For files that are locked by other rules than these, the two steps it is made of.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace mn
{

/// Holds an exclusive lock as long as it lives. The lock file is made when missing and stays.
class Lock
{
public:
    /// Waits at most patience. Throws Error 4.3.2 when another process keeps the lock longer.
    Lock(const std::string& path, std::chrono::milliseconds patience);

private:
    Fd fd_;
};

/// Whose a lock is. Either kind keeps the other out.
enum class LockHolder : std::uint8_t {
    process,    ///< it ends when the process closes any descriptor of that file
    descriptor, ///< it ends with the last descriptor that comes from the same open()
};

/// One try for an exclusive lock on all of an open file. False when somebody else has one.
bool try_lock(int fd, const std::string& path, LockHolder holder);

/// Calls attempt until it says true, with short pauses. False when patience is at its end.
bool keep_trying(std::chrono::milliseconds patience, const std::function<bool()>& attempt);

} // namespace mn
