#include "list/control_edit.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <optional>
#include <unistd.h>

namespace mn::list
{
namespace
{

using namespace std::chrono_literals;

constexpr std::size_t max_control_file = std::size_t{1} << 20;

std::string checked_address(const std::string& text)
{
    const auto address = parse_address(text);
    if (!address) throw Error("5.1.3", "not an address", cat("not an address: ", printable(text)));
    return address->key();
}

bool has_line(std::string_view text, std::string_view wanted)
{
    const auto lines = split(text, '\n');
    return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
        return equal_ignoring_case(trim(line), wanted);
    });
}

/// change: from the text, nothing when there is no file, to the new one; nothing: leave it.
bool edit(
    const List& list, const std::string& name,
    const std::function<std::optional<std::string>(const std::optional<std::string>&)>& change)
{
    list.make_directory("mailnode");
    const Lock lock(list.path("mailnode/control.lock"), 30s);
    const std::string path = list.path(cat("control/", name));
    std::optional<std::string> text;
    if (::access(path.c_str(), F_OK) == 0) text = read_file(path, max_control_file);
    const auto changed = change(text);
    if (changed) replace_file(path, *changed, list.file_mode());
    return changed.has_value();
}

/// Every byte of it means itself in a POSIX extended regular expression.
std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        if (std::string_view("\\.[]{}()*+?^$|").find(c) != std::string_view::npos)
            result.push_back('\\');
        result.push_back(c);
    }
    return result;
}

} // namespace

bool allow_poster(const List& list, const std::string& text)
{
    const std::string address = checked_address(text);
    return edit(list, "allowposters",
                [&](const std::optional<std::string>& old) -> std::optional<std::string> {
                    const std::string before = old.value_or("");
                    if (has_line(before, address)) return std::nullopt;
                    const bool is_cut = !before.empty() && before.back() != '\n';
                    return cat(before, is_cut ? "\n" : "", address, "\n");
                });
}

std::string ban_rule(const std::string& text)
{
    // What is before and after it must not belong to a longer address.
    return cat("discard ^From:(.*[^a-z0-9.!#$%&'*/=?_`{|}~+-])?", escaped(checked_address(text)),
               "([^a-z0-9.-].*)?$");
}

bool ban_poster(const List& list, const std::string& text)
{
    const std::string rule = ban_rule(text);
    return edit(list, "access",
                [&](const std::optional<std::string>& old) -> std::optional<std::string> {
                    if (old && has_line(*old, rule)) return std::nullopt;
                    // Without the file all may post; with it, who is not named may not.
                    return cat(rule, "\n", old ? *old : "allow\n");
                });
}

} // namespace mn::list
