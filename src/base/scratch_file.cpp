#include "base/scratch_file.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn
{
namespace
{

/// Unique without asking: time for the reader who cleans up after 36 hours, bits against clashes.
std::string temporary_name()
{
    return cat(std::to_string(now().seconds), ".R", hex(random_bits()));
}

bool has_no_tmpfile(int error)
{
    return error == EOPNOTSUPP || error == EISDIR || error == EINVAL || error == ENOENT;
}

bool has_no_hard_links(int error)
{
    return error == EPERM || error == EOPNOTSUPP || error == ENOSYS;
}

void copy_content(int from, int to, const std::string& name)
{
    std::array<char, 65536> buffer;
    off_t offset = 0;
    for (;;) {
        const ssize_t count = ::pread(from, buffer.data(), buffer.size(), offset);
        if (count == 0) return;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "read back", name);
        write_all(to, {buffer.data(), static_cast<std::size_t>(count)}, name);
        offset += count;
    }
}

} // namespace

ScratchFile::ScratchFile(int directory)
    : directory_(directory), fd_(::openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600))
{
    if (fd_) return;
    if (!has_no_tmpfile(errno)) throw system_error(errno, "create a file in", "the mailbox");
    become_named();
}

/// Continue under an ordinary name, with what has been written so far.
void ScratchFile::become_named()
{
    temporary_.emplace(directory_, temporary_name());
    const std::string& name = temporary_->name();
    Fd named(::openat(directory_, name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC,
                      0600));
    if (!named) {
        const int error = errno;
        if (error == EEXIST) temporary_->keep(); // somebody else's
        throw system_error(error, "create", name);
    }
    if (fd_) copy_content(fd_.get(), named.get(), name);
    fd_ = std::move(named);
}

void ScratchFile::sync()
{
    if (::fsync(fd_.get()) != 0) throw system_error(errno, "sync", "a message");
    if (!temporary_) return;
    struct stat info = {};
    if (::fstat(fd_.get(), &info) != 0) throw system_error(errno, "look at", temporary_->name());
    device_ = info.st_dev;
    inode_ = info.st_ino;
    // With a name the descriptor is no longer needed, and NFS reports late errors at close(2).
    fd_.close_checked("a message");
}

ScratchFile::Outcome ScratchFile::publish(int directory, const std::string& name)
{
    int error = link_to(directory, name);
    const auto failed = [&] { return error != 0 && !is_at(directory, name); };
    if (!temporary_ && (has_no_hard_links(error) || error == ENOENT) && failed()) {
        // No /proc, or a file system that cannot link an unnamed file.
        become_named();
        sync();
        error = link_to(directory, name);
    }
    if (temporary_ && has_no_hard_links(error) && failed()) {
        error = ::renameat2(directory_, temporary_->name().c_str(), directory, name.c_str(),
                            RENAME_NOREPLACE) == 0
                    ? 0
                    : errno;
        if (error == 0) temporary_->keep();
    }
    if (!failed()) return Outcome::published;
    if (error == EEXIST) return Outcome::name_taken;
    throw system_error(error, "publish", name);
}

/// 0, or the errno value of the failure.
int ScratchFile::link_to(int directory, const std::string& name) const
{
    if (temporary_)
        return ::linkat(directory_, temporary_->name().c_str(), directory, name.c_str(), 0) == 0
                   ? 0
                   : errno;
    const std::string self = cat("/proc/self/fd/", std::to_string(fd_.get()));
    return ::linkat(AT_FDCWD, self.c_str(), directory, name.c_str(), AT_SYMLINK_FOLLOW) == 0
               ? 0
               : errno;
}

/// Is the file of that name this very file? The name that we gave it may be gone by then.
bool ScratchFile::is_at(int directory, const std::string& name) const
{
    struct stat found = {};
    if (::fstatat(directory, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return false;
    if (temporary_) return found.st_dev == device_ && found.st_ino == inode_;
    struct stat ours = {};
    return ::fstat(fd_.get(), &ours) == 0 && found.st_dev == ours.st_dev &&
           found.st_ino == ours.st_ino;
}

} // namespace mn
