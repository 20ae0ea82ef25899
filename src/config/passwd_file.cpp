#include "config/passwd_file.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <sys/stat.h>

namespace mn::config
{
namespace
{

constexpr std::size_t max_file = std::size_t{1} << 28;
constexpr mode_t mode_of_new_file = 0640; // hashes: for the owner and Dovecot's group
constexpr std::chrono::seconds patience{30};

/// Nothing when there is no file. A link that leads nowhere is not "no file".
std::optional<struct stat> find_file(const std::string& path)
{
    struct stat found {
    };
    if (::stat(path.c_str(), &found) != 0) {
        const int error = errno;
        struct stat link = {};
        if (error == ENOENT) {
            if (::lstat(path.c_str(), &link) != 0) return std::nullopt;
            // Another process has made it in between.
            if (!S_ISLNK(link.st_mode)) return find_file(path);
        }
        throw system_error(error, "open", path);
    }
    if (!S_ISREG(found.st_mode))
        throw Error("4.3.5", "mail system configuration error",
                    cat(path, " is not a regular file"));
    return found;
}

/// The file itself, so that all names of it share one lock.
std::string real_path(const std::string& path)
{
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    return real ? std::string(real.get()) : path;
}

/// Dovecot notices a change by size and whole seconds of the time. A second change of the same
/// size in the same second would stay unseen until the next one: move the time on.
void make_change_visible(const std::string& path, const struct stat& before)
{
    struct stat after {
    };
    if (::stat(path.c_str(), &after) != 0 || after.st_mtim.tv_sec > before.st_mtim.tv_sec) return;
    const timespec times[2] = {{0, UTIME_OMIT}, {before.st_mtim.tv_sec + 1, 0}};
    // The change is made; that Dovecot may see it late is no reason to call it a failure.
    (void)::utimensat(AT_FDCWD, path.c_str(), times, 0);
}

/// Empty when there is no file.
std::string read_if_there(const std::string& path)
{
    return find_file(path) ? read_file(path, max_file) : std::string();
}

} // namespace

std::string read_passwd_file(const std::string& path)
{
    if (!find_file(path)) throw system_error(ENOENT, "open", path);
    return read_file(path, max_file);
}

bool edit_passwd_file(const std::string& path, Writing writing,
                      const std::function<std::string(const std::string&)>& edit)
{
    if (writing == Writing::dry_run) {
        const std::string text = read_if_there(path);
        return edit(text) != text;
    }
    find_file(path); // before a lock file is made beside something that is no file of ours
    const std::string file = real_path(path);
    const Lock lock(cat(file, ".lock"), patience);
    const auto before = find_file(file);
    const std::string old_text = read_if_there(file);
    const std::string new_text = edit(old_text);
    if (new_text == old_text) return false;
    ReplacementFile replacement(file, mode_of_new_file);
    replacement.write(new_text);
    replacement.commit();
    if (before) make_change_visible(file, *before);
    return true;
}

} // namespace mn::config
