#include "base/lock.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <thread>

namespace mn
{
namespace
{

constexpr std::chrono::milliseconds first_pause{1};
constexpr std::chrono::milliseconds longest_pause{16};

} // namespace

bool try_lock(int fd, const std::string& path, LockHolder holder)
{
    struct flock range = {};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    const int command = holder == LockHolder::process ? F_SETLK : F_OFD_SETLK;
    while (::fcntl(fd, command, &range) != 0) {
        if (errno == EACCES || errno == EAGAIN) return false;
        if (errno != EINTR) throw system_error(errno, "lock", path);
    }
    return true;
}

bool keep_trying(std::chrono::milliseconds patience, const std::function<bool()>& attempt)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (auto pause = first_pause; !attempt(); pause = std::min(pause * 2, longest_pause)) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(pause);
    }
    return true;
}

Lock::Lock(const std::string& path, std::chrono::milliseconds patience)
    : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600))
{
    if (!fd_) throw system_error(errno, "open the lock file", path);
    if (!keep_trying(patience, [&] { return try_lock(fd_.get(), path, LockHolder::process); }))
        throw Error("4.3.2", "mail system busy", cat("another process holds the lock ", path));
}

} // namespace mn
