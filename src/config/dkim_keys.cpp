#include "config/dkim_keys.hpp"

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "message/address.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace mn::config
{
namespace
{

constexpr std::string_view suffix = ".pem";
constexpr std::size_t max_key_file = 64 << 10;

void add(std::vector<Problem>* problems, Severity severity, const std::string& file,
         const std::string& what, const std::string& remedy)
{
    if (problems != nullptr) problems->push_back({severity, file, 0, what, remedy});
}

/// Nothing there is nothing to read.
std::optional<Fd> open_if_there(const std::string& path)
{
    Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd) return fd;
    if (errno == ENOENT) return std::nullopt;
    throw system_error(errno, "open directory", path);
}

std::vector<std::string> sorted_entries(int directory)
{
    std::vector<std::string> names;
    find_entry(directory, [&](std::string_view name) {
        if (name != "." && name != "..") names.emplace_back(name);
        return false;
    });
    std::sort(names.begin(), names.end());
    return names;
}

void check_mode(const struct stat& status, const std::string& path, std::vector<Problem>* problems)
{
    if ((status.st_mode & (S_IROTH | S_IXOTH)) != 0)
        add(problems, Severity::error, path, "everybody on this machine may read it",
            cat("chmod o= ", printable(path), ", and replace the keys that were readable"));
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        add(problems, Severity::error, path, "others than its owner may change it",
            cat("chmod go-w ", printable(path)));
}

/// Neither of the two directories, nor a key.
bool is_foreign(const std::string& name, KeyState state, const std::string& path,
                std::vector<Problem>* problems)
{
    if (state == KeyState::active && (name == "next" || name == "retired")) return true;
    if (name.ends_with(suffix) &&
        is_selector(std::string_view(name).substr(0, name.size() - suffix.size())))
        return false;
    add(problems, Severity::warning, path, "is no key, and ignored",
        "name keys SELECTOR.pem, and keep nothing else here");
    return true;
}

} // namespace

std::string_view state_name(KeyState state)
{
    switch (state) {
    case KeyState::active:
        return "active";
    case KeyState::next:
        return "next";
    default:
        return "retired";
    }
}

bool is_selector(std::string_view text)
{
    // [RFC6376 3.1]: labels like those of a domain.
    return is_domain(text);
}

std::string key_directory(const std::string& dir, std::string_view domain, KeyState state)
{
    if (!is_domain(domain)) throw UsageError(cat("not a domain: ", printable(domain)));
    const std::string directory = cat(dir, "/", lower(domain));
    return state == KeyState::active ? directory : cat(directory, "/", state_name(state));
}

std::vector<std::string> domains_with_keys(const std::string& dir, std::vector<Problem>* problems)
{
    const Fd fd = open_directory(dir);
    struct stat status = {};
    if (::fstat(fd.get(), &status) == 0) check_mode(status, dir, problems);
    std::vector<std::string> domains;
    for (std::string& name : sorted_entries(fd.get())) {
        if (name == lock_file_name || name == unfinished_name) continue;
        struct stat entry = {};
        const bool is_directory =
            ::fstatat(fd.get(), name.c_str(), &entry, 0) == 0 && S_ISDIR(entry.st_mode);
        if (is_directory && is_domain(name) && lower(name) == name)
            domains.push_back(std::move(name));
        else
            add(problems, Severity::warning, cat(dir, "/", name),
                "is not the directory of a domain, and ignored",
                "a domain's directory has its name in lower case");
    }
    return domains;
}

std::vector<KeyFile> find_keys(const std::string& dir, std::string_view domain, KeyState state,
                               std::vector<Problem>* problems)
{
    const std::string directory = key_directory(dir, domain, state);
    const auto fd = open_if_there(directory);
    if (!fd) return {};
    struct stat status = {};
    if (::fstat(fd->get(), &status) == 0) check_mode(status, directory, problems);
    std::vector<KeyFile> files;
    for (const std::string& name : sorted_entries(fd->get())) {
        const std::string path = cat(directory, "/", name);
        if (is_foreign(name, state, path, problems)) continue;
        files.push_back({lower(domain), name.substr(0, name.size() - suffix.size()), state, path});
    }
    // Not the order of the file names: "a-b.pem" stands before "a.pem".
    std::sort(files.begin(), files.end(),
              [](const KeyFile& a, const KeyFile& b) { return a.selector < b.selector; });
    return files;
}

crypto::PrivateKey load_key(const KeyFile& file, std::vector<Problem>* problems)
{
    // Not to wait for a pipe that somebody put there.
    const Fd fd(::open(file.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) throw system_error(errno, "open", file.path);
    struct stat status = {};
    if (::fstat(fd.get(), &status) != 0) throw system_error(errno, "look at", file.path);
    if (!S_ISREG(status.st_mode))
        throw Error("4.3.5", "mail system incorrectly configured",
                    cat(printable(file.path), ": not a regular file"));
    check_mode(status, file.path, problems);
    try {
        return crypto::PrivateKey::from_pem(read_all(fd.get(), max_key_file, file.path));
    } catch (const Error& error) {
        throw Error("4.3.5", "mail system incorrectly configured",
                    cat(printable(file.path), ": ", error.detail()));
    }
}

std::vector<LoadedKey> load_active_keys(const std::string& dir, std::string_view domain,
                                        std::vector<Problem>* problems)
{
    std::vector<LoadedKey> keys;
    std::optional<Error> trouble;
    for (const KeyFile& file : find_keys(dir, domain, KeyState::active, problems)) {
        try {
            keys.push_back({file.selector, load_key(file, problems)});
        } catch (const Error& error) {
            add(problems, Severity::error, file.path, error.detail(), "restore it from a backup");
            trouble = error;
        }
    }
    if (keys.empty() && trouble) throw *trouble;
    return keys;
}

} // namespace mn::config
