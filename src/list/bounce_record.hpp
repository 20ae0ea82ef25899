// The bounces of one address as they lie in bounce/ of a list, in the form that mlmmj has.
//
//   BounceRecords records(list);
//   records.add("ann=example.net", {"7", now, BounceWeight::hard});
//   if (auto history = records.read("ann=example.net")) use(score_of(*history));
//
// user=domain has a line "N:epoch # date" for each bounce, user=domain.lastmsg the last bounce
// itself, user=domain-probe the time of the probe that is under way. What we add are lines of a
// post "probe", for a probe that bounced, and the word "soft" behind the date. Times are seconds
// since 1970. Throws Error 4.3.x.
#pragma once

#include "list/dsn.hpp"
#include "list/spool.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

/// "ann=example.net"; nothing when the address makes no name of a file.
std::optional<std::string> bounce_name(std::string_view address);

/// The other way; nothing for names that are not of a record: .lastmsg, -probe and strangers.
std::optional<std::string> bounced_address(std::string_view name);

struct Bounce {
    std::string number; ///< of the post; "digest"; "probe"
    std::int64_t time = 0;
    BounceWeight weight = BounceWeight::hard; ///< never none
};

struct BounceHistory {
    std::vector<Bounce> bounces; ///< oldest first, probes left out
    bool probe_bounced = false;
};

/// Lines that make no sense are passed over.
BounceHistory parse_bounces(std::string_view text);

/// A day of hard bounces counts 2, a day of soft ones 1.
std::size_t score_of(const BounceHistory& history);

class BounceRecords
{
public:
    explicit BounceRecords(const List& list) : list_(list), spool_(list, "bounce") {}

    std::optional<BounceHistory> read(const std::string& name) const;
    /// False, and nothing changed, when there is one of that day already that weighs as much.
    bool add(const std::string& name, const Bounce& bounce) const;
    void keep_message(const std::string& name, std::string_view message) const;

    std::optional<std::int64_t> probe_time(const std::string& name) const;
    void mark_probe(const std::string& name, std::int64_t now) const;
    void clear_probe(const std::string& name) const;

    /// Nothing is left of it.
    void forget(const std::string& name) const;

    /// Of everything that is or was a record, in order, each once.
    std::vector<std::string> names() const;

private:
    const List& list_;
    Spool spool_;
};

} // namespace mn::list
