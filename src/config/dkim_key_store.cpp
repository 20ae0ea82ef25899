#include "config/dkim_key_store.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/scratch_file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::config
{
namespace
{

constexpr std::array all_states{KeyState::active, KeyState::next, KeyState::retired};

std::string file_name(std::string_view selector)
{
    return cat(selector, ".pem");
}

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

/// The directory of a domain's keys in this state, made if missing.
Fd open_state(const std::string& dir, std::string_view domain, KeyState state)
{
    key_directory(dir, domain, state); // refuses what is no domain
    const Fd top = open_directory(dir);
    const struct stat status = status_of(top.get(), dir);
    Fd own = open_or_make(top.get(), lower(domain), status);
    if (state == KeyState::active) return own;
    return open_or_make(own.get(), std::string(state_name(state)), status);
}

/// The time it came to be where it is.
void stamp(int directory, const std::string& name)
{
    if (::utimensat(directory, name.c_str(), nullptr, 0) != 0)
        throw system_error(errno, "set the time of", name);
}

bool is_same_file(int one, int other, const std::string& name)
{
    struct stat a = {};
    struct stat b = {};
    return ::fstatat(one, name.c_str(), &a, AT_SYMLINK_NOFOLLOW) == 0 &&
           ::fstatat(other, name.c_str(), &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

std::vector<std::string> selectors(const std::string& dir, std::string_view domain, KeyState state)
{
    std::vector<std::string> names;
    for (KeyFile& file : find_keys(dir, domain, state, nullptr))
        names.push_back(std::move(file.selector));
    return names;
}

/// The same file under a second name. Done before is as good.
void add_link(int from, int to, const std::string& name)
{
    if (::linkat(from, name.c_str(), to, name.c_str(), 0) == 0 || is_same_file(from, to, name))
        return;
    throw system_error(errno, "make a second name for the key", name);
}

/// The three directories of a domain while its keys change places.
struct Places {
    Fd active;
    Fd next;
    Fd retired;
};

/// A second name below retired/ for each key that is to go: should we be interrupted, the mark
/// tells.
void mark_old(const Places& places, const std::vector<std::string>& active)
{
    for (const std::string& selector : active) {
        const std::string name = file_name(selector);
        if (!is_same_file(places.active.get(), places.next.get(), name))
            add_link(places.active.get(), places.retired.get(), name);
    }
    sync_directory(places.retired.get(), "retired keys");
}

/// A second name for each prepared key; it goes away below next/ only when all else is done.
void link_next(const Places& places, const std::vector<std::string>& next)
{
    for (const std::string& selector : next) {
        const std::string name = file_name(selector);
        stamp(places.next.get(), name);
        add_link(places.next.get(), places.active.get(), name);
    }
    sync_directory(places.active.get(), "active keys");
}

bool all_are_linked(const Places& places, const std::vector<std::string>& next)
{
    return std::all_of(next.begin(), next.end(), [&](const std::string& selector) {
        return is_same_file(places.active.get(), places.next.get(), file_name(selector));
    });
}

/// Those that have the mark stop signing.
std::vector<std::string> remove_marked(const Places& places, const std::vector<std::string>& active)
{
    std::vector<std::string> removed;
    for (const std::string& selector : active) {
        const std::string name = file_name(selector);
        if (!is_same_file(places.active.get(), places.retired.get(), name)) continue;
        stamp(places.retired.get(), name);
        if (::unlinkat(places.active.get(), name.c_str(), 0) != 0)
            throw system_error(errno, "retire the key", name);
        removed.push_back(selector);
    }
    sync_directory(places.active.get(), "active keys");
    return removed;
}

void forget_next(const Places& places, const std::vector<std::string>& next)
{
    for (const std::string& selector : next)
        if (::unlinkat(places.next.get(), file_name(selector).c_str(), 0) != 0)
            throw system_error(errno, "activate the key", selector);
    sync_directory(places.next.get(), "prepared keys");
}

} // namespace

std::optional<KeyFile> find_selector(const std::string& dir, std::string_view domain,
                                     std::string_view selector)
{
    for (const KeyState state : all_states)
        for (KeyFile& file : find_keys(dir, domain, state, nullptr))
            if (equal_ignoring_case(file.selector, selector)) return std::move(file);
    return std::nullopt;
}

void add_key(const std::string& dir, std::string_view domain, std::string_view selector,
             KeyState state, const crypto::PrivateKey& key)
{
    if (!is_selector(selector)) throw UsageError(cat("not a selector: ", printable(selector)));
    const auto taken = Error("4.3.0", "mail system error",
                             cat("there is a key ", selector, " of ", lower(domain), " already"));
    if (find_selector(dir, domain, selector)) throw taken;
    const Fd directory = open_state(dir, domain, state);
    const std::string name = file_name(selector);
    ScratchFile file(directory.get());
    const Fd top = open_directory(dir);
    share_like(status_of(top.get(), dir), file.fd(), S_IRUSR | S_IWUSR, S_IRGRP, name);
    write_all(file.fd(), key.to_pem(), name);
    file.sync();
    if (file.publish(directory.get(), name) == ScratchFile::Outcome::name_taken) throw taken;
    sync_directory(directory.get(), name);
}

Switched activate_next(const std::string& dir, std::string_view domain)
{
    const auto next = selectors(dir, domain, KeyState::next);
    if (next.empty()) return {};
    const auto active = selectors(dir, domain, KeyState::active);
    const Places places{open_state(dir, domain, KeyState::active),
                        open_state(dir, domain, KeyState::next),
                        open_state(dir, domain, KeyState::retired)};
    // If all are, the marks were made before, and what has none now is not old.
    if (!all_are_linked(places, next)) {
        mark_old(places, active);
        link_next(places, next);
    }
    Switched switched{next, remove_marked(places, active)};
    forget_next(places, next);
    return switched;
}

std::vector<RetiredKey> retired_keys(const std::string& dir, std::string_view domain)
{
    std::vector<RetiredKey> keys;
    for (KeyFile& file : find_keys(dir, domain, KeyState::retired, nullptr)) {
        struct stat status = {};
        if (::stat(file.path.c_str(), &status) != 0)
            throw system_error(errno, "look at", file.path);
        keys.push_back({std::move(file), status.st_mtim.tv_sec});
    }
    return keys;
}

void remove_key(const KeyFile& file)
{
    if (::unlink(file.path.c_str()) != 0 && errno != ENOENT)
        throw system_error(errno, "remove", file.path);
    const Fd directory = open_directory(file.path.substr(0, file.path.rfind('/')));
    sync_directory(directory.get(), file.path);
}

} // namespace mn::config
