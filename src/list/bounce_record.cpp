#include "list/bounce_record.hpp"

#include "base/date.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "list/subscribers.hpp"

#include <algorithm>
#include <map>

namespace mn::list
{
namespace
{

constexpr std::size_t max_record = std::size_t{1} << 20;
constexpr std::size_t max_kept = std::size_t{1} << 16; // of the last bounce, for the owner to see
constexpr std::int64_t day = 86400;
constexpr std::string_view kept_suffix = ".lastmsg";
constexpr std::string_view probe_suffix = "-probe";
constexpr std::string_view probe_number = "probe";
constexpr std::string_view soft_mark = " soft";

std::string line_of(const Bounce& bounce)
{
    return cat(bounce.number, ":", std::to_string(bounce.time), " # ",
               utc(bounce.time, "%a %b %e %H:%M:%S %Y"),
               bounce.weight == BounceWeight::soft ? soft_mark : "", "\n");
}

std::optional<Bounce> parse_line(std::string_view line)
{
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    const std::string_view rest = line.substr(colon + 1);
    const auto time = parse_number(rest.substr(0, rest.find(' ')));
    if (!time || *time > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return Bounce{std::string(line.substr(0, colon)), static_cast<std::int64_t>(*time),
                  trim(rest).ends_with(soft_mark) ? BounceWeight::soft : BounceWeight::hard};
}

} // namespace

std::optional<std::string> bounce_name(std::string_view address)
{
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos) return std::nullopt;
    std::string name = lower(address);
    name[at] = '=';
    // The longest of the three names must fit a directory entry as well.
    if (!is_plain_name(cat(name, kept_suffix)) || !bounced_address(name)) return std::nullopt;
    return name;
}

std::optional<std::string> bounced_address(std::string_view name)
{
    if (name.ends_with(kept_suffix) || name.ends_with(probe_suffix)) return std::nullopt;
    const std::size_t equals = name.rfind('=');
    if (equals == std::string_view::npos) return std::nullopt;
    return subscriber_address(cat(name.substr(0, equals), "@", name.substr(equals + 1)));
}

BounceHistory parse_bounces(std::string_view text)
{
    BounceHistory history;
    for (const std::string_view line : split(text, '\n')) {
        auto bounce = parse_line(line);
        if (!bounce) continue;
        if (bounce->number == probe_number)
            history.probe_bounced = true;
        else
            history.bounces.push_back(std::move(*bounce));
    }
    return history;
}

std::size_t score_of(const BounceHistory& history)
{
    std::map<std::int64_t, std::size_t> days;
    for (const Bounce& bounce : history.bounces) {
        std::size_t& points = days[bounce.time / day];
        points = std::max<std::size_t>(points, bounce.weight == BounceWeight::hard ? 2 : 1);
    }
    std::size_t sum = 0;
    for (const auto& [when, points] : days)
        sum += points;
    return sum;
}

std::optional<BounceHistory> BounceRecords::read(const std::string& name) const
{
    const auto file = spool_.read(name, max_record);
    return file ? std::optional(parse_bounces(file->content)) : std::nullopt;
}

bool BounceRecords::add(const std::string& name, const Bounce& bounce) const
{
    const std::string line = line_of(bounce);
    if (spool_.put(name, line)) return true;
    const auto file = spool_.read(name, max_record);
    std::string text = file ? file->content : std::string();
    const BounceHistory history = parse_bounces(text);
    const bool is_known =
        bounce.number == probe_number
            ? history.probe_bounced
            : std::any_of(history.bounces.begin(), history.bounces.end(), [&](const Bounce& old) {
                  return old.time / day == bounce.time / day && old.weight >= bounce.weight;
              });
    if (is_known) return false;
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    replace_file(list_.path(cat("bounce/", name)), text + line, list_.file_mode());
    return true;
}

void BounceRecords::keep_message(const std::string& name, std::string_view message) const
{
    const std::string kept = cat(name, kept_suffix);
    spool_.remove(kept);
    spool_.put(kept, message.substr(0, max_kept));
}

std::optional<std::int64_t> BounceRecords::probe_time(const std::string& name) const
{
    const auto file = spool_.read(cat(name, probe_suffix), 64);
    if (!file) return std::nullopt;
    const auto time = parse_number(trim(file->content));
    return time && *time < static_cast<std::uint64_t>(INT64_MAX) ? static_cast<std::int64_t>(*time)
                                                                 : file->time;
}

void BounceRecords::mark_probe(const std::string& name, std::int64_t now) const
{
    clear_probe(name);
    spool_.put(cat(name, probe_suffix), std::to_string(now));
}

void BounceRecords::clear_probe(const std::string& name) const
{
    spool_.remove(cat(name, probe_suffix));
}

void BounceRecords::forget(const std::string& name) const
{
    // The record last: while it is there, the others belong to something.
    spool_.remove(cat(name, kept_suffix));
    clear_probe(name);
    spool_.remove(name);
}

std::vector<std::string> BounceRecords::names() const
{
    std::vector<std::string> names;
    for (std::string name : spool_.names()) {
        for (const std::string_view suffix : {kept_suffix, probe_suffix})
            if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
        if (bounced_address(name)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

} // namespace mn::list
