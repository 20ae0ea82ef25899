#include "base/file.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn
{
namespace
{

constexpr std::size_t write_size = 1 << 16;

std::string directory_of(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// A file that is a symbolic link is replaced where it lives, so that the link stays.
std::string resolve(const std::string& path)
{
    char* const real = ::realpath(path.c_str(), nullptr);
    if (real == nullptr) return path;
    std::string resolved = real;
    ::free(real);
    return resolved;
}

void copy_mode_and_owner(int fd, const std::string& path, mode_t mode)
{
    struct stat old = {};
    const bool exists = ::stat(path.c_str(), &old) == 0;
    if (::fchmod(fd, exists ? old.st_mode & 07777 : mode) != 0)
        throw system_error(errno, "set the mode of the replacement for", path);
    // Only root may give files away; anyone else already owns what he may replace.
    if (exists && ::geteuid() == 0 && ::fchown(fd, old.st_uid, old.st_gid) != 0)
        throw system_error(errno, "set the owner of the replacement for", path);
}

} // namespace

std::string read_file(const std::string& path, std::size_t limit)
{
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) throw system_error(errno, "open", path);
    return read_all(fd.get(), limit, path);
}

Fd open_directory(const std::string& path)
{
    Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) throw system_error(errno, "open directory", path);
    return fd;
}

Fd open_subdirectory(int parent, const std::string& name)
{
    Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) throw system_error(errno, "open directory", name);
    return fd;
}

bool make_subdirectory(int parent, const std::string& name, mode_t mode)
{
    if (::mkdirat(parent, name.c_str(), mode) != 0) {
        if (errno == EEXIST) return false;
        throw system_error(errno, "make directory", name);
    }
    sync_directory(parent, name);
    return true;
}

void sync_directory(int directory, std::string_view what)
{
    if (::fsync(directory) != 0) throw system_error(errno, "sync the directory of", what);
}

ReplacementFile::ReplacementFile(const std::string& path, mode_t mode)
    : path_(resolve(path)), temporary_(AT_FDCWD, cat(path_, ".", hex(random_bits()), ".tmp")),
      fd_(::open(temporary_.name().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                 0600))
{
    if (!fd_) throw system_error(errno, "create", temporary_.name());
    copy_mode_and_owner(fd_.get(), path_, mode);
    buffer_.reserve(write_size);
}

void ReplacementFile::write(std::string_view bytes)
{
    if (buffer_.size() + bytes.size() > write_size) {
        write_all(fd_.get(), buffer_, temporary_.name());
        buffer_.clear();
    }
    if (bytes.size() > write_size)
        write_all(fd_.get(), bytes, temporary_.name());
    else
        buffer_.append(bytes);
}

void ReplacementFile::commit()
{
    write_all(fd_.get(), buffer_, temporary_.name());
    buffer_.clear();
    if (::fsync(fd_.get()) != 0) throw system_error(errno, "sync", temporary_.name());
    fd_.close_checked(temporary_.name());
    const Fd directory = open_directory(directory_of(path_));
    if (::rename(temporary_.name().c_str(), path_.c_str()) != 0)
        throw system_error(errno, "replace", path_);
    temporary_.keep();
    sync_directory(directory.get(), path_);
}

bool replace_file(const std::string& path, std::string_view content, mode_t mode)
{
    struct stat old = {};
    if (::stat(path.c_str(), &old) == 0 && S_ISREG(old.st_mode) &&
        static_cast<std::size_t>(old.st_size) == content.size() &&
        read_file(path, content.size()) == content)
        return false;
    ReplacementFile file(path, mode);
    file.write(content);
    file.commit();
    return true;
}

} // namespace mn
