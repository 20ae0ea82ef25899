#include "base/directory.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <cerrno>
#include <dirent.h>
#include <memory>

namespace mn
{

std::optional<std::string> find_entry(int directory,
                                      const std::function<bool(std::string_view)>& matches)
{
    // A descriptor of its own: fdopendir() takes it over, and dup(2) would share the position.
    const int fd = open_subdirectory(directory, ".").release();
    const auto close = [](DIR* stream) { ::closedir(stream); };
    const std::unique_ptr<DIR, decltype(close)> stream(::fdopendir(fd), close);
    if (!stream) throw system_error(errno, "read", "a directory");
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(stream.get());
        if (entry == nullptr && errno != 0) throw system_error(errno, "read", "a directory");
        if (entry == nullptr) return std::nullopt;
        if (matches(entry->d_name)) return std::string(entry->d_name);
    }
}

} // namespace mn
