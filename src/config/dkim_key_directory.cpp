#include "config/dkim_key_directory.hpp"

#include "base/directory.hpp"
#include "base/file.hpp"
#include "base/scratch_file.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace mn::config
{
namespace
{

struct stat status_of(int fd, const std::string& path)
{
    struct stat status = {};
    if (::fstat(fd, &status) != 0) throw system_error(errno, "look at", path);
    return status;
}

/// Group and mode like those of the directory of all keys.
void share_like(const struct stat& dir, int fd, mode_t owner_mode, mode_t group_mode,
                const std::string& path)
{
    const struct stat mine = status_of(fd, path);
    if (mine.st_gid != dir.st_gid && ::fchown(fd, static_cast<uid_t>(-1), dir.st_gid) != 0)
        throw system_error(errno, "set the group of", path);
    if (::fchmod(fd, owner_mode | (dir.st_mode & group_mode)) != 0)
        throw system_error(errno, "set the mode of", path);
}

Fd open_or_make(int parent, const std::string& name, const struct stat& dir)
{
    const bool is_new = make_subdirectory(parent, name, 0700);
    Fd fd = open_subdirectory(parent, name);
    if (is_new) share_like(dir, fd.get(), S_IRWXU, S_IRGRP | S_IXGRP, name);
    return fd;
}

} // namespace

std::string key_file_name(std::string_view selector)
{
    return cat(selector, ".pem");
}

Fd open_state(const std::string& dir, std::string_view domain, KeyState state)
{
    key_directory(dir, domain, state); // refuses what is no domain
    const Fd top = open_directory(dir);
    const struct stat status = status_of(top.get(), dir);
    Fd own = open_or_make(top.get(), lower(domain), status);
    if (state == KeyState::active) return own;
    return open_or_make(own.get(), std::string(state_name(state)), status);
}

Error key_exists(std::string_view selector, std::string_view domain)
{
    return Error("4.3.0", "mail system error",
                 cat("there is a key ", selector, " of ", lower(domain), " already"));
}

void remove_unfinished_keys(const std::string& dir)
{
    struct stat found = {};
    const bool is_there =
        ::fstatat(open_directory(dir).get(), unfinished_name.data(), &found, 0) == 0;
    if (is_there) UnfinishedKeys(dir).remove();
}

UnfinishedKeys::UnfinishedKeys(const std::string& dir)
    : top_(open_directory(dir)), like_(status_of(top_.get(), dir)),
      fd_(open_or_make(top_.get(), name_, like_))
{
    share_like(like_, fd_.get(), S_IRWXU, S_IRGRP | S_IXGRP, name_);
    clear();
}

void UnfinishedKeys::write(const NewKey& key, std::string_view domain) const
{
    const std::string name = key_file_name(key.selector);
    ScratchFile file(fd_.get());
    share_like(like_, file.fd(), S_IRUSR | S_IWUSR, S_IRGRP, name);
    write_all(file.fd(), key.key.to_pem(), name);
    file.sync();
    if (file.publish(fd_.get(), name) == ScratchFile::Outcome::name_taken)
        throw key_exists(key.selector, domain);
}

void UnfinishedKeys::sync() const
{
    sync_directory(fd_.get(), name_);
}

bool UnfinishedKeys::become(const std::string& path) const
{
    if (::renameat(top_.get(), name_.c_str(), AT_FDCWD, path.c_str()) == 0) {
        sync_directory(open_directory(path.substr(0, path.rfind('/'))).get(), path);
        return true;
    }
    if (errno == ENOTEMPTY || errno == EEXIST) return false;
    throw system_error(errno, "make", path);
}

void UnfinishedKeys::move(const NewKey& key, int directory, std::string_view domain) const
{
    const std::string name = key_file_name(key.selector);
    if (::linkat(fd_.get(), name.c_str(), directory, name.c_str(), 0) != 0) {
        if (errno == EEXIST) throw key_exists(key.selector, domain);
        throw system_error(errno, "make", name);
    }
    sync_directory(directory, name);
}

void UnfinishedKeys::remove() const
{
    clear();
    if (::unlinkat(top_.get(), name_.c_str(), AT_REMOVEDIR) != 0)
        throw system_error(errno, "remove", name_);
}

void UnfinishedKeys::clear() const
{
    std::vector<std::string> names;
    find_entry(fd_.get(), [&](std::string_view name) {
        if (name != "." && name != "..") names.emplace_back(name);
        return false;
    });
    for (const std::string& name : names)
        if (::unlinkat(fd_.get(), name.c_str(), 0) != 0) throw system_error(errno, "remove", name);
}

} // namespace mn::config
