#include "list/spool.hpp"

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/scratch_file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::size_t max_name = 250; // the kernel's 255, less what ".omit" needs

/// name: may have one slash; each part is made when missing.
Fd open_or_make(const List& list, const std::string& name)
{
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos) return list.make_directory(name);
    const Fd parent = list.make_directory(name.substr(0, slash));
    const std::string last = name.substr(slash + 1);
    const bool is_new = make_subdirectory(parent.get(), last, 0700);
    Fd made = open_subdirectory(parent.get(), last);
    if (is_new) list.adopt(made.get(), true);
    return made;
}

} // namespace

bool is_plain_name(std::string_view name)
{
    if (name.empty() || name.size() > max_name || name.front() == '.') return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return c > ' ' && c < '\x7f' && c != '/'; });
}

Spool::Spool(const List& list, const std::string& directory)
    : list_(list), path_(list.path(directory)), fd_(open_or_make(list, directory))
{
}

bool Spool::put(const std::string& name, std::string_view content) const
{
    const std::string path = cat(path_, "/", name);
    ScratchFile file(fd_.get());
    write_all(file.fd(), content, path);
    list_.adopt(file.fd(), false);
    file.sync();
    const bool is_new = file.publish(fd_.get(), name) == ScratchFile::Outcome::published;
    sync_directory(fd_.get(), path_);
    return is_new;
}

std::optional<SpoolFile> Spool::read(const std::string& name, std::size_t limit) const
{
    const std::string path = cat(path_, "/", name);
    // O_NONBLOCK: a FIFO must not hold us up.
    const Fd fd(::openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd) {
        if (errno == ENOENT || errno == ELOOP) return std::nullopt;
        throw system_error(errno, "open", path);
    }
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) throw system_error(errno, "examine", path);
    if (!S_ISREG(found.st_mode)) return std::nullopt;
    return SpoolFile{read_all(fd.get(), limit, path), found.st_mtime};
}

std::optional<std::int64_t> Spool::time_of(const std::string& name) const
{
    struct stat found = {};
    if (::fstatat(fd_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return std::nullopt;
        throw system_error(errno, "examine", cat(path_, "/", name));
    }
    if (!S_ISREG(found.st_mode)) return std::nullopt;
    return found.st_mtime;
}

bool Spool::remove(const std::string& name) const
{
    if (::unlinkat(fd_.get(), name.c_str(), 0) != 0) {
        if (errno == ENOENT) return false;
        throw system_error(errno, "remove", cat(path_, "/", name));
    }
    sync_directory(fd_.get(), path_);
    return true;
}

std::vector<std::string> Spool::names() const
{
    std::vector<std::string> found;
    find_entry(fd_.get(), [&](std::string_view name) {
        if (name.front() != '.') found.emplace_back(name);
        return false;
    });
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace mn::list
