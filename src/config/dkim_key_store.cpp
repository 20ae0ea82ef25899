#include "config/dkim_key_store.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/dkim_key_directory.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::config
{
namespace
{

/// Somebody may wait for the DNS while the lock is held.
constexpr std::chrono::seconds patience{60};

constexpr std::array all_states{KeyState::active, KeyState::next, KeyState::retired};

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
        const std::string name = key_file_name(selector);
        if (!is_same_file(places.active.get(), places.next.get(), name))
            add_link(places.active.get(), places.retired.get(), name);
    }
    sync_directory(places.retired.get(), "retired keys");
}

/// A second name for each prepared key; it goes away below next/ only when all else is done.
void link_next(const Places& places, const std::vector<std::string>& next)
{
    for (const std::string& selector : next) {
        const std::string name = key_file_name(selector);
        stamp(places.next.get(), name);
        add_link(places.next.get(), places.active.get(), name);
    }
    sync_directory(places.active.get(), "active keys");
}

bool all_are_linked(const Places& places, const std::vector<std::string>& next)
{
    return std::all_of(next.begin(), next.end(), [&](const std::string& selector) {
        return is_same_file(places.active.get(), places.next.get(), key_file_name(selector));
    });
}

/// Those that have the mark stop signing.
std::vector<std::string> remove_marked(const Places& places, const std::vector<std::string>& active)
{
    std::vector<std::string> removed;
    for (const std::string& selector : active) {
        const std::string name = key_file_name(selector);
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
        if (::unlinkat(places.next.get(), key_file_name(selector).c_str(), 0) != 0)
            throw system_error(errno, "activate the key", selector);
    sync_directory(places.next.get(), "prepared keys");
}

} // namespace

Lock lock_keys(const std::string& dir)
{
    open_directory(dir); // the lock must not be what says that it is missing
    Lock lock(cat(dir, "/", lock_file_name), patience);
    remove_unfinished_keys(dir);
    return lock;
}

std::optional<KeyFile> find_selector(const std::string& dir, std::string_view domain,
                                     std::string_view selector)
{
    for (const KeyState state : all_states)
        for (KeyFile& file : find_keys(dir, domain, state, nullptr))
            if (equal_ignoring_case(file.selector, selector)) return std::move(file);
    return std::nullopt;
}

void add_keys(const std::string& dir, std::string_view domain, KeyState state,
              std::span<const NewKey> keys)
{
    for (const NewKey& key : keys) {
        if (!is_selector(key.selector))
            throw UsageError(cat("not a selector: ", printable(key.selector)));
        if (find_selector(dir, domain, key.selector)) throw key_exists(key.selector, domain);
    }
    if (keys.empty()) return;
    const UnfinishedKeys unfinished(dir);
    for (const NewKey& key : keys)
        unfinished.write(key, domain);
    unfinished.sync();
    if (state != KeyState::active) open_state(dir, domain, KeyState::active);
    if (unfinished.become(key_directory(dir, domain, state))) return;
    const Fd directory = open_state(dir, domain, state);
    for (const NewKey& key : keys)
        unfinished.move(key, directory.get(), domain);
    unfinished.remove();
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
