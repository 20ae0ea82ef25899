#include "archive/patch_lines.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace mn::archive
{
namespace
{

struct Counts {
    std::uint64_t old_lines = 0;
    std::uint64_t new_lines = 0;
};

/// "-12,3" or "-12": the 3, or 1.
std::optional<std::uint64_t> count_of(std::string_view range, char sign)
{
    if (!range.starts_with(sign)) return std::nullopt;
    const std::size_t comma = std::min(range.find(','), range.size());
    if (!parse_number(range.substr(1, comma - 1))) return std::nullopt;
    return comma == range.size() ? 1 : parse_number(range.substr(comma + 1));
}

/// "@@ -1,7 +1,8 @@ what"
std::optional<Counts> counts_of(std::string_view line)
{
    if (!line.starts_with("@@ -")) return std::nullopt;
    const std::size_t end = line.find(" @@", 3);
    if (end == std::string_view::npos) return std::nullopt;
    const auto ranges = split(line.substr(3, end - 3), ' ');
    if (ranges.size() != 2) return std::nullopt;
    const auto old_lines = count_of(ranges[0], '-');
    const auto new_lines = count_of(ranges[1], '+');
    if (!old_lines || !new_lines) return std::nullopt;
    return Counts{*old_lines, *new_lines};
}

} // namespace

PatchLine PatchLines::look(std::string_view line, std::string_view after)
{
    if (old_lines_ > 0 || new_lines_ > 0) {
        const PatchLine kind = look_inside(line);
        if (kind != PatchLine::none) return kind;
        old_lines_ = new_lines_ = 0;
    }
    if (const auto counts = counts_of(line)) {
        old_lines_ = counts->old_lines;
        new_lines_ = counts->new_lines;
        return PatchLine::heading;
    }
    const bool is_file = (line.starts_with("--- ") && after.starts_with("+++ ")) ||
                         (line.starts_with("+++ ") && after.starts_with("@@ -")) ||
                         line.starts_with("diff --git ");
    return is_file ? PatchLine::heading : PatchLine::none;
}

PatchLine PatchLines::look_inside(std::string_view line)
{
    // Programs that send mail remove white space at the ends of lines.
    const char first = line.empty() ? ' ' : line.front();
    if (first == '+' && new_lines_ > 0) {
        --new_lines_;
        return PatchLine::added;
    }
    if (first == '-' && old_lines_ > 0) {
        --old_lines_;
        return PatchLine::removed;
    }
    if (first == '\\') return PatchLine::unchanged;
    if (first != ' ' || old_lines_ == 0 || new_lines_ == 0) return PatchLine::none;
    --old_lines_;
    --new_lines_;
    return PatchLine::unchanged;
}

} // namespace mn::archive
