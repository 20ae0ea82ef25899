// Small text helpers, ASCII only and blind to locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn
{

/// The parts joined to one string.
template <typename... Parts>
std::string cat(const Parts&... parts)
{
    std::string joined;
    joined.reserve((std::string_view(parts).size() + ... + 0));
    (joined.append(std::string_view(parts)), ...);
    return joined;
}

/// Space, tab, CR, LF, VT or FF.
bool is_space(char c);

/// Control characters: 0x00-0x1f and 0x7f.
bool is_control(char c);

/// Without white space at either end.
std::string_view trim(std::string_view text);

/// The words between runs of white space.
std::vector<std::string_view> split_words(std::string_view text);

/// The pieces between separators; always one more than there are separators.
std::vector<std::string_view> split(std::string_view text, char separator);

/// A-Z to a-z; all other bytes untouched.
std::string lower(std::string_view text);

/// Equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// A decimal number of digits only: no sign, no space, no overflow; else nothing.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// 16 lower case hexadecimal digits.
std::string hex(std::uint64_t value);

/// The text fit for one line of a log or a terminal: control and 8-bit bytes as \xHH.
std::string printable(std::string_view text);

} // namespace mn
