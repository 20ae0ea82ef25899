// Small files that a list keeps for itself: what waits for a confirmation or a moderator. One file
// for each thing; its name is the token that stands for it.
//
//   Spool spool(list, "moderation");
//   spool.put(token, content);                   // durable, whole or not at all
//   if (auto file = spool.read(token)) use(file->content, file->time);
//   if (spool.remove(token)) …                   // we were the one who took it
//
// Names must come from is_plain_name() or be our own. Throws Error 4.3.x.
#pragma once

#include "base/fd.hpp"
#include "list/list.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mn::list
{

/// Fit to be the name of a file: 1 to 250 bytes of visible ASCII, no "/", no leading dot.
bool is_plain_name(std::string_view name);

struct SpoolFile {
    std::string content;
    std::int64_t time = 0; ///< of its last change, seconds since 1970
};

class Spool
{
public:
    /// directory: below that of the list, "moderation" or "mailnode/held"; made when missing.
    Spool(const List& list, const std::string& directory);

    /// False, and nothing changed, when there is one of that name.
    bool put(const std::string& name, std::string_view content) const;

    /// Nothing when there is none, or it is no regular file. limit: bytes that are read.
    std::optional<SpoolFile> read(const std::string& name, std::size_t limit = max_file) const;
    /// Only when it was changed.
    std::optional<std::int64_t> time_of(const std::string& name) const;

    /// False when it was not there. Durable on return.
    bool remove(const std::string& name) const;

    /// Every name in it, in order; those with a leading dot left out.
    std::vector<std::string> names() const;

    static constexpr std::size_t max_file = std::size_t{1} << 28;

private:
    const List& list_;
    std::string path_;
    Fd fd_;
};

} // namespace mn::list
