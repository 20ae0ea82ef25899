// Temporary files that must not outlive this process, even when a signal ends it.
#pragma once

#include <string>

namespace mn::cleanup
{

/// A name in a directory that stands for unfinished work. Removed when this object is destroyed
/// or a signal ends the process, whichever comes first, unless keep() was called before.
class TemporaryName
{
public:
    /// directory: a descriptor that outlives this object, or AT_FDCWD.
    TemporaryName(int directory, std::string name);
    TemporaryName(const TemporaryName&) = delete;
    TemporaryName& operator=(const TemporaryName&) = delete;
    ~TemporaryName();

    const std::string& name() const noexcept { return name_; }

    /// The name has been published, moved or removed: nothing is left to clean up.
    void keep() noexcept;

private:
    friend void run() noexcept;

    int directory_;
    std::string name_;
    bool armed_ = true;
    TemporaryName* next_;
};

/// Remove all names that are left. Safe in a signal handler.
void run() noexcept;

/// From now on nothing may stop us half way: the effect is about to become visible.
/// Blocks all signals for the rest of the process (SIGKILL cannot be blocked).
void point_of_no_return() noexcept;

} // namespace mn::cleanup
