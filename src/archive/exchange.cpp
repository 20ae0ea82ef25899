#include "archive/exchange.hpp"

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

namespace mn::archive
{
namespace
{

constexpr mode_t directory_mode = 0755;

std::string new_name(const std::string& name)
{
    return cat(".", name, ".new");
}

std::string old_name(const std::string& name)
{
    return cat(".", name, ".old");
}

void rename(const Tree& out, const std::string& from, const std::string& to)
{
    if (::renameat(out.fd(), from.c_str(), out.fd(), to.c_str()) != 0)
        throw system_error(errno, "rename", cat(out.path(), "/", from));
}

/// Symbolic links are removed, not followed.
void remove_all(const Tree& out, const std::string& name)
{
    const std::string path = cat(out.path(), "/", name);
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) throw system_error(error.value(), "remove", path);
}

bool exchange(const Tree& out, const std::string& one, const std::string& other)
{
    if (::renameat2(out.fd(), one.c_str(), out.fd(), other.c_str(), RENAME_EXCHANGE) == 0)
        return true;
    if (errno == EINVAL || errno == ENOSYS || errno == ENOTSUP) return false;
    throw system_error(errno, "replace", cat(out.path(), "/", other));
}

} // namespace

Tree begin_new(const Tree& out, const std::string& name)
{
    make_subdirectory(out.fd(), new_name(name), directory_mode);
    return Tree(cat(out.path(), "/", new_name(name)));
}

void put_in_place(const Tree& out, const std::string& name)
{
    const bool is_first = !out.has(name);
    if (is_first) {
        rename(out, new_name(name), name);
    } else if (!exchange(out, new_name(name), name)) {
        rename(out, name, old_name(name));
        rename(out, new_name(name), name);
    }
    sync_directory(out.fd(), name);
    if (!is_first) remove_leftovers(out, name);
}

void take_away(const Tree& out, const std::string& name)
{
    rename(out, name, old_name(name));
    sync_directory(out.fd(), name);
    remove_leftovers(out, name);
}

void remove_leftovers(const Tree& out, const std::string& name)
{
    for (const std::string& left : {new_name(name), old_name(name)})
        if (out.has(left)) remove_all(out, left);
}

bool is_empty(const Tree& tree)
{
    return !find_entry(tree.fd(), [](std::string_view name) { return !name.starts_with('.'); });
}

} // namespace mn::archive
