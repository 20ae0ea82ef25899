// Which lines of a text are a patch, as diff -u and git write it.
//
//   PatchLines patch;
//   for (…) switch (patch.look(line, next_line)) …
//
// Counts what the "@@" lines announce, so that nothing before or after a patch is taken for one.
#pragma once

#include <cstdint>
#include <string_view>

namespace mn::archive
{

enum class PatchLine : std::uint8_t { none, heading, added, removed, unchanged };

class PatchLines
{
public:
    /// line: the next one. after: the one after it, "" at the end.
    PatchLine look(std::string_view line, std::string_view after);

private:
    PatchLine look_inside(std::string_view line);

    std::uint64_t old_lines_ = 0; ///< of the piece under way, still to come
    std::uint64_t new_lines_ = 0;
};

} // namespace mn::archive
