#include "list/near_name.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace mn::list
{
namespace
{

constexpr std::size_t longest_name = 64;

/// How many letters must be put in, taken out, replaced, or swapped with the next.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before_last;
    std::vector<std::size_t> last(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::vector<std::size_t> row(b.size() + 1, i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            const bool is_swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last = std::move(last);
        last = std::move(row);
    }
    return last.back();
}

} // namespace

std::string near_name(std::string_view typed, std::span<const std::string_view> names)
{
    if (typed.empty() || typed.size() > longest_name) return {};
    const std::string text = lower(typed);
    std::size_t nearest = std::min<std::size_t>(2, text.size() / 4) + 1;
    std::string_view found;
    for (const std::string_view name : names) {
        const std::size_t far = distance(text, name);
        if (far >= nearest) continue;
        nearest = far;
        found = name;
    }
    return std::string(found);
}

} // namespace mn::list
