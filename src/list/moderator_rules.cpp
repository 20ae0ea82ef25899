#include "list/moderator_rules.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <unistd.h>
#include <unordered_set>
#include <utility>

namespace mn::list
{
namespace
{

using namespace std::chrono_literals;

const std::string file_name = "mailnode/moderator-rules";
constexpr std::size_t max_file = std::size_t{4} << 20;
constexpr std::size_t max_who = 200;

std::string checked_address(const std::string& text)
{
    const auto address = parse_address(text);
    if (!address) throw Error("5.1.3", "not an address", cat("not an address: ", printable(text)));
    return lower(address->key());
}

std::optional<Ruling> parse_ruling(std::string_view word)
{
    for (const Ruling ruling : {Ruling::allow, Ruling::ban})
        if (word == ruling_name(ruling)) return ruling;
    return std::nullopt;
}

/// The next word, taken off the text.
std::string_view take_word(std::string_view& text)
{
    text = trim(text);
    const std::string_view word = text.substr(0, text.find_first_of(" \t"));
    text = trim(text.substr(word.size()));
    return word;
}

std::optional<ModeratorRule> parse_rule(std::string_view line)
{
    if (std::any_of(line.begin(), line.end(), [](char c) { return is_control(c) && c != '\t'; }))
        return std::nullopt;
    const auto ruling = parse_ruling(take_word(line));
    const auto address = parse_address(take_word(line));
    if (!ruling || !address) return std::nullopt;
    const std::string_view since = take_word(line);
    std::string who(line);
    std::replace(who.begin(), who.end(), '\t', ' ');
    return ModeratorRule{*ruling, lower(address->key()), std::string(since), std::move(who)};
}

bool is_remark(std::string_view line)
{
    return trim(line).empty() || trim(line).starts_with('#');
}

std::string text_of(const List& list)
{
    const std::string path = list.path(file_name);
    if (::access(path.c_str(), F_OK) == 0) return read_file(path, max_file);
    if (errno == ENOENT) return "";
    throw system_error(errno, "look for", path);
}

/// A line, and the rule if it is one.
struct Line {
    std::string text;
    std::optional<ModeratorRule> rule;
};

std::vector<Line> lines_of(const List& list)
{
    std::vector<Line> lines;
    const std::string text = text_of(list);
    for (const std::string_view line : split(text, '\n')) {
        lines.push_back({std::string(line), is_remark(line) ? std::nullopt : parse_rule(line)});
        if (!lines.back().rule && !is_remark(line))
            throw Error("4.3.5", "mailing list configuration error",
                        cat(list.path(file_name), ":", std::to_string(lines.size()),
                            ": not a rule: \"", printable(line.substr(0, 80)), "\""));
    }
    // What follows the last line end.
    if (lines.back().text.empty()) lines.pop_back();
    return lines;
}

std::optional<ModeratorRule> rule_about(const std::vector<Line>& lines, std::string_view address)
{
    const auto last = std::find_if(lines.rbegin(), lines.rend(), [&](const Line& line) {
        return line.rule && equal_ignoring_case(line.rule->address, address);
    });
    return last == lines.rend() ? std::nullopt : last->rule;
}

Lock lock_rules(const List& list)
{
    list.make_directory("mailnode");
    return {list.path(cat(file_name, ".lock")), 30s};
}

/// Without what was said about that address; under the lock.
void rewrite(const List& list, const std::vector<Line>& lines, std::string_view address,
             std::string_view addition)
{
    std::string text;
    for (const Line& line : lines)
        if (!line.rule || line.rule->address != address) text += cat(line.text, "\n");
    text += addition;
    if (text.size() > max_file)
        throw Error("4.3.0", "mail system error", cat(list.path(file_name), ": too many rules"));
    replace_file(list.path(file_name), text, list.file_mode());
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

/// A rule of control/access. What is before and after the address must not belong to a longer one.
std::string access_line(const std::string& address)
{
    return cat("discard ^From:(.*[^a-z0-9.!#$%&'*/=?_`{|}~+-])?", escaped(address),
               "([^a-z0-9.-].*)?$\n");
}

} // namespace

std::string_view ruling_name(Ruling ruling)
{
    return ruling == Ruling::ban ? "ban" : "allow";
}

std::vector<ModeratorRule> moderator_rules(const List& list)
{
    std::vector<ModeratorRule> rules;
    std::unordered_set<std::string> known;
    auto lines = lines_of(list);
    std::reverse(lines.begin(), lines.end());
    for (Line& line : lines)
        if (line.rule && known.insert(line.rule->address).second)
            rules.push_back(std::move(*line.rule));
    std::reverse(rules.begin(), rules.end());
    return rules;
}

std::optional<Ruling> ruling_of(const List& list, std::string_view address)
{
    const auto rule = rule_about(lines_of(list), address);
    return rule ? std::optional(rule->ruling) : std::nullopt;
}

std::optional<ModeratorRule> set_rule(const List& list, ModeratorRule rule)
{
    rule.address = checked_address(rule.address);
    rule.who = rule.who.substr(0, max_who);
    std::replace_if(rule.who.begin(), rule.who.end(), is_control, ' ');
    const Lock lock = lock_rules(list);
    const auto lines = lines_of(list);
    auto before = rule_about(lines, rule.address);
    if (!before || before->ruling != rule.ruling)
        rewrite(list, lines, rule.address,
                cat(trim(cat(ruling_name(rule.ruling), " ", rule.address, " ", rule.since, " ",
                             rule.who)),
                    "\n"));
    return before;
}

std::optional<ModeratorRule> forget_rule(const List& list, const std::string& address)
{
    const std::string known = checked_address(address);
    const Lock lock = lock_rules(list);
    const auto lines = lines_of(list);
    auto before = rule_about(lines, known);
    if (before) rewrite(list, lines, known, "");
    return before;
}

std::string rule_line(const ModeratorRule& rule)
{
    return cat(ruling_name(rule.ruling), "\t", rule.address, "\t", rule.since, "\t", rule.who);
}

Json rule_json(const ModeratorRule& rule)
{
    Json line;
    line.add("rule", ruling_name(rule.ruling)).add("address", rule.address);
    if (!rule.since.empty()) line.add("since", rule.since);
    if (!rule.who.empty()) line.add("who", rule.who);
    return line;
}

std::string access_with_bans(const List& list)
{
    std::string text;
    for (const ModeratorRule& rule : moderator_rules(list))
        if (rule.ruling == Ruling::ban) text += access_line(rule.address);
    // Without the file all may post; with it, who is not named may not.
    return text + list.text("access").value_or(text.empty() ? "" : "allow\n");
}

} // namespace mn::list
