#include "base/lock.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <fcntl.h>
#include <thread>

namespace mn
{
namespace
{

constexpr std::chrono::milliseconds pause_between_tries{20};

/// True if we got the lock, false if another process holds it.
bool try_lock(int fd, const std::string& path)
{
    struct flock range = {};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    if (::fcntl(fd, F_SETLK, &range) == 0) return true;
    if (errno == EACCES || errno == EAGAIN || errno == EINTR) return false;
    throw system_error(errno, "lock", path);
}

} // namespace

Lock::Lock(const std::string& path, std::chrono::milliseconds patience)
    : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600))
{
    if (!fd_) throw system_error(errno, "open the lock file", path);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!try_lock(fd_.get(), path)) {
        if (std::chrono::steady_clock::now() >= deadline)
            throw Error("4.3.2", "mail system busy", cat("another process holds the lock ", path));
        std::this_thread::sleep_for(pause_between_tries);
    }
}

} // namespace mn
