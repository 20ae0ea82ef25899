#include "message/mail_date.hpp"

#include "base/text.hpp"
#include "message/scanner.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace mn
{
namespace
{

constexpr std::size_t max_value = 200;
constexpr std::int64_t last_second = 253402300799; // of the year 9999

/// What has been found so far.
struct Found {
    std::optional<unsigned> day;
    std::optional<unsigned> month;
    std::optional<int> year;
    std::int64_t time = 0; ///< seconds of the day
    bool has_time = false;
    std::int64_t zone = 0; ///< seconds east of UTC
    bool has_zone = false;
};

std::optional<unsigned> month_of(std::string_view word)
{
    static constexpr std::array<std::string_view, 12> months = {
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
    const auto found = std::find(months.begin(), months.end(), lower(word.substr(0, 3)));
    if (found == months.end()) return std::nullopt;
    return static_cast<unsigned>(found - months.begin()) + 1;
}

/// The zones that have names; all others, and the letters that nobody got right, are UTC.
/// [RFC5322 4.3]
std::int64_t zone_of(std::string_view name)
{
    struct Zone {
        std::string_view name;
        std::int64_t hours;
    };
    static constexpr Zone zones[] = {
        {"est", -5}, {"edt", -4}, {"cst", -6}, {"cdt", -5}, {"mst", -7}, {"mdt", -6}, {"pst", -8},
        {"pdt", -7}, {"cet", 1},  {"cest", 2}, {"mest", 2}, {"met", 1},  {"bst", 1},  {"jst", 9}};
    for (const Zone& zone : zones)
        if (equal_ignoring_case(zone.name, name)) return zone.hours * 3600;
    return 0;
}

std::optional<unsigned> digits(std::string_view text, std::size_t most)
{
    const auto number = text.size() > most ? std::nullopt : parse_number(text);
    if (!number) return std::nullopt;
    return static_cast<unsigned>(*number);
}

/// "09:50", "09:50:22", "09:50:22.123"
bool take_time(std::string_view word, Found& found)
{
    const auto pieces = split(word.substr(0, word.find('.')), ':');
    if (pieces.size() < 2 || pieces.size() > 3) return false;
    const auto hour = digits(pieces[0], 2);
    const auto minute = digits(pieces[1], 2);
    const auto second = pieces.size() == 3 ? digits(pieces[2], 2) : 0U;
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return false;
    found.time = *hour * 3600 + *minute * 60 + std::min(*second, 59U);
    found.has_time = true;
    return true;
}

/// "+0100", "-08:00"
bool take_offset(std::string_view word, Found& found)
{
    if (word.empty() || (word[0] != '+' && word[0] != '-')) return false;
    std::string text(word.substr(1));
    std::erase(text, ':');
    const auto number = text.size() == 4 ? digits(text, 4) : std::nullopt;
    if (!number) return false;
    const std::int64_t seconds = *number / 100 * 3600 + *number % 100 * 60;
    const bool is_sane = *number / 100 <= 14 && *number % 100 <= 59;
    found.zone = is_sane ? (word[0] == '-' ? -seconds : seconds) : 0;
    found.has_zone = true;
    return true;
}

/// [RFC5322 4.3]
std::optional<int> year_of(std::string_view text)
{
    const auto number = text.size() < 2 ? std::nullopt : digits(text, 4);
    if (!number) return std::nullopt;
    const int year = static_cast<int>(*number);
    if (text.size() == 2) return year + (year < 50 ? 2000 : 1900);
    return text.size() == 3 ? year + 1900 : year;
}

/// "2026-11-23" and "23-Nov-2026"
bool take_hyphens(std::string_view word, Found& found)
{
    const auto pieces = split(word, '-');
    if (pieces.size() != 3 || pieces[0].empty()) return false;
    const bool is_iso = pieces[0].size() == 4;
    const auto month = month_of(pieces[1]);
    found.year = year_of(pieces[is_iso ? 0 : 2]);
    found.month = month ? month : digits(pieces[1], 2);
    found.day = digits(pieces[is_iso ? 2 : 0], 2);
    return true;
}

void take_word(std::string_view word, Found& found)
{
    const bool is_number = word[0] >= '0' && word[0] <= '9';
    if (word.find(':') != std::string_view::npos && is_number) {
        // "22:10:05+0100", "22:10:05Z"
        const std::size_t end = std::min(word.find_first_of("+-Zz"), word.size());
        take_time(word.substr(0, end), found);
        if (end < word.size() && !take_offset(word.substr(end), found)) found.has_zone = true;
    } else if (take_offset(word, found) || take_hyphens(word, found)) {
        return;
    } else if (is_number && !found.day && word.size() <= 2) {
        found.day = digits(word, 2);
    } else if (is_number && !found.year) {
        found.year = year_of(word);
    } else if (const auto month = is_number ? std::nullopt : month_of(word);
               month && !found.month) {
        found.month = month;
    } else if (!is_number && found.has_time && !found.has_zone) {
        found.zone = zone_of(word);
        found.has_zone = true;
    }
}

std::optional<std::int64_t> seconds_of(const Found& found)
{
    if (!found.day || !found.month || !found.year) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*found.year},
                                           std::chrono::month{*found.month},
                                           std::chrono::day{*found.day}};
    if (!date.ok()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = days * 86400 + found.time - found.zone;
    if (seconds < 0 || seconds > last_second) return std::nullopt;
    return seconds;
}

bool is_between_words(char c)
{
    return is_space(c) || c == ',';
}

} // namespace

std::optional<std::int64_t> mail_date(std::string_view value)
{
    Scanner scanner(value.substr(0, max_value));
    Found found;
    while (scanner.skip_comments() && !scanner.at_end()) {
        std::string_view word =
            scanner.take_while([](char c) { return !is_between_words(c) && c != '('; });
        scanner.take_while(is_between_words);
        // "2026-11-23T22:10:05Z"
        const std::size_t t = word.size() > 10 && word[4] == '-' ? word.find('T') : word.npos;
        if (t != word.npos) {
            take_word(word.substr(0, t), found);
            word.remove_prefix(t + 1);
        }
        if (!word.empty()) take_word(word, found);
    }
    return seconds_of(found);
}

std::optional<std::int64_t> received_date(std::string_view value)
{
    const std::size_t semicolon = value.rfind(';');
    if (semicolon == std::string_view::npos) return std::nullopt;
    return mail_date(value.substr(semicolon + 1));
}

} // namespace mn
