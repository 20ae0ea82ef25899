#include "archive/post_file.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "list/postings.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::archive
{
namespace
{

std::string read_up_to(int fd, std::size_t length, const std::string& path)
{
    std::string bytes(length, '\0');
    std::size_t have = 0;
    while (have < length) {
        const std::size_t count = read_some(fd, {bytes.data() + have, length - have}, path);
        if (count == 0) break;
        have += count;
    }
    bytes.resize(have);
    return bytes;
}

} // namespace

PostFiles::PostFiles(const list::List& list)
    : list_(list), last_(list::last_number(list)),
      directory_(::openat(list.fd(), "archive", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
{
    if (!directory_ && errno != ENOENT) throw system_error(errno, "open", list.path("archive"));
}

std::optional<std::string> PostFiles::read(std::uint64_t number) const
{
    if (!directory_) return std::nullopt;
    const std::string name = std::to_string(number);
    const std::string path = list_.path(cat("archive/", name));
    const Fd fd(
        ::openat(directory_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd) throw system_error(errno, "open", path);
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) throw system_error(errno, "examine", path);
    if (!S_ISREG(found.st_mode)) return std::nullopt;
    const auto size = static_cast<std::uint64_t>(found.st_size);
    return read_up_to(fd.get(), static_cast<std::size_t>(std::min<std::uint64_t>(size, max_post)),
                      path);
}

} // namespace mn::archive
