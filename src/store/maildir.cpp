#include "store/maildir.hpp"

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::store
{
namespace
{

constexpr mode_t directory_mode = 0700;
constexpr mode_t file_mode = 0600;

/// Open a directory below parent, and make it first if it is not there.
Fd open_or_make(int parent, const std::string& name)
{
    Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (fd) return fd;
    if (errno != ENOENT) throw system_error(errno, "open directory", name);
    make_subdirectory(parent, name, directory_mode);
    return open_subdirectory(parent, name);
}

/// The mark by which Maildir++ knows a folder from a Maildir of its own.
void mark_as_folder(int folder)
{
    const Fd mark(
        ::openat(folder, "maildirfolder", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, file_mode));
    if (!mark) throw system_error(errno, "create", "maildirfolder");
    sync_directory(folder, "maildirfolder");
}

} // namespace

Maildir::Maildir(std::string path, Fd base)
    : path_(std::move(path)), base_(std::move(base)), tmp_(open_or_make(base_.get(), "tmp")),
      new_(open_or_make(base_.get(), "new")), cur_(open_or_make(base_.get(), "cur"))
{
}

Maildir Maildir::open(const std::string& path, Missing missing)
{
    if (missing == Missing::make && ::mkdir(path.c_str(), directory_mode) == 0) {
        const Fd parent = open_directory(cat(path, "/.."));
        sync_directory(parent.get(), path);
    }
    return {path, open_directory(path)};
}

Maildir Maildir::open_account(const std::string& root, const std::string& domain,
                              const std::string& user)
{
    const Fd root_fd = open_directory(root);
    const Fd domain_fd = open_or_make(root_fd.get(), domain);
    const Fd user_fd = open_or_make(domain_fd.get(), user);
    return {cat(root, "/", domain, "/", user, "/Maildir"), open_or_make(user_fd.get(), "Maildir")};
}

Maildir Maildir::folder(const std::string& directory) const
{
    Fd existing(
        ::openat(base_.get(), directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!existing) {
        existing = open_or_make(base_.get(), directory);
        mark_as_folder(existing.get());
    }
    return {cat(path_, "/", directory), std::move(existing)};
}

std::optional<std::string> Maildir::find_folder(const std::string& directory) const
{
    struct stat info = {};
    if (::fstatat(base_.get(), directory.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISDIR(info.st_mode))
        return directory;
    return find_entry(base_.get(),
                      [&](std::string_view name) { return equal_ignoring_case(name, directory); });
}

} // namespace mn::store
