#include "archive/state.hpp"

#include "archive/words.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <limits>

namespace mn::archive
{
namespace
{

constexpr std::string_view first_line = "mn-list-archive 1";

std::string number(std::int64_t value)
{
    return std::to_string(value);
}

std::optional<std::int64_t> parse_time(std::string_view text)
{
    const auto value = parse_number(text);
    if (!value || *value > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
        return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

std::optional<unsigned> parse_count(std::string_view text)
{
    const auto value = parse_number(text);
    if (!value || *value > std::numeric_limits<unsigned>::max()) return std::nullopt;
    return static_cast<unsigned>(*value);
}

using Words = std::vector<std::string_view>;

/// Puts what could be read to its place. False: it could not.
template <typename Value>
bool take(const std::optional<Value>& from, Value& to)
{
    if (from) to = *from;
    return from.has_value();
}

bool parse_month(const Words& words, State& state)
{
    return words.size() == 3 && take(parse_count(words[2]), state.months[std::string(words[1])]);
}

bool parse_thread(const Words& words, State& state)
{
    ThreadSummary thread;
    if (words.size() != 8) return false;
    thread.root = words[1];
    state.threads.push_back(thread);
    ThreadSummary& made = state.threads.back();
    return take(parse_time(words[2]), made.first) && take(parse_time(words[3]), made.last) &&
           take(parse_count(words[4]), made.messages) && take(parse_count(words[5]), made.pages) &&
           take(from_word(words[6]), made.subject) && take(from_word(words[7]), made.author);
}

bool parse_recent(const Words& words, State& state)
{
    Recent recent;
    if (words.size() != 6) return false;
    recent.key = words[1];
    const bool is_good =
        take(parse_time(words[2]), recent.date) && take(from_word(words[3]), recent.subject) &&
        take(from_word(words[4]), recent.author) && take(from_word(words[5]), recent.summary);
    state.recent.push_back(std::move(recent));
    return is_good;
}

bool parse_flag(std::string_view word, bool& flag)
{
    flag = word == "yes";
    return flag || word == "no";
}

bool parse_single(std::string_view name, std::string_view value, State& state)
{
    if (name == "fingerprint") return take(from_word(value), state.fingerprint);
    if (name == "address") return take(from_word(value), state.address);
    if (name == "url") return take(from_word(value), state.url);
    if (name == "url_of_list") return parse_flag(value, state.is_url_of_list);
    if (name == "private") return parse_flag(value, state.is_private);
    if (name == "search") return parse_flag(value, state.can_search);
    if (name == "last") return take(parse_number(value), state.last);
    if (name == "date") return take(parse_time(value), state.date);
    if (name == "messages") return take(parse_number(value), state.messages);
    if (name == "sitemap") return take(parse_number(value), state.sitemap_lines);
    return false;
}

bool parse_line(std::string_view line, State& state)
{
    const Words words = split(line, ' ');
    if (words.front() == "month") return parse_month(words, state);
    if (words.front() == "thread") return parse_thread(words, state);
    if (words.front() == "recent") return parse_recent(words, state);
    return words.size() == 2 && parse_single(words[0], words[1], state);
}

std::string_view flag(bool value)
{
    return value ? "yes" : "no";
}

std::string singles(const State& state)
{
    return cat("fingerprint ", to_word(state.fingerprint), "\naddress ", to_word(state.address),
               "\nurl ", to_word(state.url), "\nurl_of_list ", flag(state.is_url_of_list),
               "\nprivate ", flag(state.is_private), "\nsearch ", flag(state.can_search), "\nlast ",
               std::to_string(state.last), "\ndate ", number(state.date), "\nmessages ",
               std::to_string(state.messages), "\nsitemap ", std::to_string(state.sitemap_lines),
               "\n");
}

} // namespace

void State::touch(const ThreadSummary& thread)
{
    const auto old = std::find_if(threads.begin(), threads.end(), [&](const ThreadSummary& other) {
        return other.root == thread.root;
    });
    if (old != threads.end())
        threads.erase(old);
    else if (threads.size() >= max_threads_shown)
        threads.pop_back();
    threads.insert(threads.begin(), thread);
}

void State::add_recent(Recent new_one)
{
    if (recent.size() >= max_recent) recent.pop_back();
    recent.insert(recent.begin(), std::move(new_one));
}

std::string state_text(const State& state)
{
    std::string text = cat(first_line, "\n", singles(state));
    for (const auto& [month, messages] : state.months)
        text += cat("month ", month, " ", std::to_string(messages), "\n");
    for (const ThreadSummary& thread : state.threads)
        text += cat("thread ", thread.root, " ", number(thread.first), " ", number(thread.last),
                    " ", std::to_string(thread.messages), " ", std::to_string(thread.pages), " ",
                    to_word(thread.subject), " ", to_word(thread.author), "\n");
    for (const Recent& recent : state.recent)
        text += cat("recent ", recent.key, " ", number(recent.date), " ", to_word(recent.subject),
                    " ", to_word(recent.author), " ", to_word(recent.summary), "\n");
    return text;
}

std::optional<State> parse_state(std::string_view text)
{
    Words lines = split(text, '\n');
    if (lines.size() < 2 || lines.front() != first_line || !lines.back().empty())
        return std::nullopt;
    State state;
    lines.pop_back();
    for (std::size_t at = 1; at < lines.size(); ++at)
        if (!parse_line(lines[at], state)) return std::nullopt;
    return state;
}

} // namespace mn::archive
