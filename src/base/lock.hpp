// A lock between processes, by fcntl(2) so that it also holds over NFS.
#pragma once

#include "base/fd.hpp"

#include <chrono>
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

} // namespace mn
