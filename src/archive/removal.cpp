#include "archive/removal.hpp"

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace mn::archive
{
namespace
{

const std::string directory_name = "mailnode/web-removed";

} // namespace

std::set<std::string> removed_keys(const list::List& list)
{
    const Fd marks(::openat(list.fd(), directory_name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!marks && errno != ENOENT) throw system_error(errno, "open", list.path(directory_name));
    std::set<std::string> keys;
    if (!marks) return keys;
    find_entry(marks.get(), [&](std::string_view name) {
        if (is_message_key(name)) keys.emplace(name);
        return false;
    });
    return keys;
}

bool mark_removed(const list::List& list, const std::string& key)
{
    list.make_directory("mailnode");
    const Fd marks = list.make_directory(directory_name);
    const Fd mark(::openat(marks.get(), key.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!mark && errno == EEXIST) return false;
    if (!mark) throw system_error(errno, "create", list.path(cat(directory_name, "/", key)));
    list.adopt(mark.get(), false);
    sync_directory(marks.get(), list.path(directory_name));
    return true;
}

std::optional<std::string> key_of_name(std::string_view name)
{
    name = trim(name);
    if (name.starts_with('<') && name.ends_with('>')) name = name.substr(1, name.size() - 2);
    if (name.find('@') != std::string_view::npos) return key_of(name);
    name = name.substr(name.rfind('/') + 1); // npos + 1: all of it
    const std::string_view key = name.substr(0, std::min(name.find_first_of("-."), name.size()));
    if (!is_message_key(key)) return std::nullopt;
    return std::string(key);
}

} // namespace mn::archive
