#include "archive/tree.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::archive
{
namespace
{

const std::string unfinished = ".replacement";
constexpr mode_t file_mode = 0644;
constexpr mode_t directory_mode = 0755;

std::uint64_t size_of_open(int fd, const std::string& path)
{
    struct stat found = {};
    if (::fstat(fd, &found) != 0) throw system_error(errno, "examine", path);
    return static_cast<std::uint64_t>(found.st_size);
}

std::string read_at(int fd, std::uint64_t offset, std::size_t length, const std::string& path)
{
    std::string bytes(length, '\0');
    std::size_t have = 0;
    while (have < length) {
        const ssize_t count =
            ::pread(fd, bytes.data() + have, length - have, static_cast<off_t>(offset + have));
        if (count == 0) break;
        if (count > 0)
            have += static_cast<std::size_t>(count);
        else if (errno != EINTR)
            throw system_error(errno, "read", path);
    }
    bytes.resize(have);
    return bytes;
}

} // namespace

Tree::Tree(const std::string& path) : path_(path), fd_(open_directory(path)) {}

std::string Tree::full(const std::string& name) const
{
    return cat(path_, "/", name);
}

Fd Tree::open_to_read(const std::string& name) const
{
    Fd fd(::openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd && errno != ENOENT) throw system_error(errno, "open", full(name));
    return fd;
}

void Tree::make_parents(const std::string& name) const
{
    for (std::size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
        const std::string directory = name.substr(0, slash);
        if (::mkdirat(fd_.get(), directory.c_str(), directory_mode) != 0 && errno != EEXIST)
            throw system_error(errno, "make directory", full(directory));
    }
}

Fd Tree::open_to_write(const std::string& name, int flags) const
{
    const auto open = [&] {
        return Fd(::openat(fd_.get(), name.c_str(), flags | O_WRONLY | O_NOFOLLOW | O_CLOEXEC,
                           file_mode));
    };
    Fd fd = open();
    if (!fd && errno == ENOENT && (flags & O_CREAT) != 0) {
        make_parents(name);
        fd = open();
    }
    if (!fd) throw system_error(errno, "write", full(name));
    return fd;
}

bool Tree::has(const std::string& name) const
{
    return size_of(name).has_value();
}

std::optional<std::uint64_t> Tree::size_of(const std::string& name) const
{
    struct stat found = {};
    if (::fstatat(fd_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0)
        return static_cast<std::uint64_t>(found.st_size);
    if (errno != ENOENT) throw system_error(errno, "examine", full(name));
    return std::nullopt;
}

std::optional<std::string> Tree::read_first(const std::string& name, std::size_t limit) const
{
    const Fd fd = open_to_read(name);
    if (!fd) return std::nullopt;
    return read_at(fd.get(), 0, limit, full(name));
}

std::optional<std::string> Tree::read_last(const std::string& name, std::size_t limit) const
{
    const Fd fd = open_to_read(name);
    if (!fd) return std::nullopt;
    const std::uint64_t size = size_of_open(fd.get(), full(name));
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(size, limit));
    return read_at(fd.get(), size - length, length, full(name));
}

std::optional<std::string> Tree::read(const std::string& name, std::size_t limit) const
{
    const Fd fd = open_to_read(name);
    if (!fd) return std::nullopt;
    return read_all(fd.get(), limit, full(name));
}

void Tree::write(const std::string& name, std::string_view content) const
{
    Fd fd = open_to_write(name, O_CREAT | O_TRUNC);
    write_all(fd.get(), content, full(name));
    fd.close_checked(full(name));
}

void Tree::write_end(const std::string& name, std::uint64_t offset, std::string_view bytes) const
{
    Fd fd = open_to_write(name, 0);
    const std::uint64_t end = offset + bytes.size();
    while (!bytes.empty()) {
        const ssize_t count =
            ::pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "write", full(name));
        bytes.remove_prefix(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
    if (size_of_open(fd.get(), full(name)) != end &&
        ::ftruncate(fd.get(), static_cast<off_t>(end)) != 0)
        throw system_error(errno, "shorten", full(name));
    fd.close_checked(full(name));
}

void Tree::put(const std::string& name, std::string_view content, bool durably) const
{
    Fd fd = open_to_write(unfinished, O_CREAT | O_TRUNC);
    write_all(fd.get(), content, full(name));
    if (durably && ::fsync(fd.get()) != 0) throw system_error(errno, "sync", full(name));
    fd.close_checked(full(name));
    if (::renameat(fd_.get(), unfinished.c_str(), fd_.get(), name.c_str()) != 0)
        throw system_error(errno, "replace", full(name));
    if (durably) sync_directory(fd_.get(), full(name));
}

void Tree::replace(const std::string& name, std::string_view content) const
{
    put(name, content, false);
}

void Tree::replace_durably(const std::string& name, std::string_view content) const
{
    put(name, content, true);
}

bool Tree::replace_if_other(const std::string& name, std::string_view content) const
{
    if (read_first(name, content.size() + 1) == content) return false;
    put(name, content, true);
    return true;
}

void Tree::remove(const std::string& name) const
{
    if (::unlinkat(fd_.get(), name.c_str(), 0) != 0 && errno != ENOENT)
        throw system_error(errno, "remove", full(name));
}

void Tree::clean_up() const
{
    remove(unfinished);
}

void Tree::sync() const
{
    if (::syncfs(fd_.get()) != 0) throw system_error(errno, "sync the file system of", path_);
}

} // namespace mn::archive
