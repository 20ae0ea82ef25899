#include "list/subscribers.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "list/subscriber_change.hpp"
#include "list/subscriber_file.hpp"

#include <array>
#include <unordered_map>
#include <unordered_set>

namespace mn::list
{
namespace
{

Kinds kinds_of(Subscription subscription)
{
    switch (subscription) {
    case Subscription::none:
        break;
    case Subscription::normal:
        return bit(Kind::normal);
    case Subscription::digest:
        return bit(Kind::digest);
    case Subscription::nomail:
        return bit(Kind::nomail);
    case Subscription::both:
        return bit(Kind::normal) | bit(Kind::digest);
    }
    return no_kinds;
}

/// Files made by hand may have an address in any kinds: what sends mail counts first.
Subscription subscription_of(Kinds found)
{
    const bool normal = (found & bit(Kind::normal)) != 0;
    const bool digest = (found & bit(Kind::digest)) != 0;
    if (normal && digest) return Subscription::both;
    if (normal) return Subscription::normal;
    if (digest) return Subscription::digest;
    return (found & bit(Kind::nomail)) != 0 ? Subscription::nomail : Subscription::none;
}

/// Good enough to be sent to: what mlmmj has taken, which is more than we subscribe.
bool may_be_address(std::string_view line)
{
    bool has_at = false;
    for (const char c : line) {
        if (is_space(c) || is_control(c)) return false;
        if (c == '@') has_at = true;
    }
    return has_at;
}

void check(const List& list, std::string_view address)
{
    if (subscriber_address(address) != address)
        throw Error("5.1.3", "this address cannot be subscribed",
                    cat("cannot be subscribed: ", printable(address)));
    if (list.extension_of(address))
        throw Error("5.7.1", "a list cannot subscribe to itself",
                    cat(printable(address), " is an address of the list itself"));
}

Kinds change_one(const List& list, std::string_view address, const Edit& edit)
{
    return edit_subscribers(list, {&address, 1}, edit).front().before;
}

Subscribers::BatchResult change_many(const List& list, std::span<const std::string_view> addresses,
                                     const Edit& edit, const Subscribers::Report& report)
{
    const std::vector<Edited> all = edit_subscribers(list, addresses, edit);
    Subscribers::BatchResult result;
    result.already = addresses.size() - all.size();
    for (const Edited& entry : all) {
        const bool is_changed = edit.after(entry.before) != entry.before;
        (is_changed ? result.changed : result.already)++;
        if (report) report(entry.index, subscription_of(entry.before));
    }
    return result;
}

} // namespace

std::string_view name_of(Kind kind)
{
    constexpr std::array<std::string_view, all_the_kinds.size()> names{"normal", "digest",
                                                                       "nomail"};
    return names.at(static_cast<std::size_t>(kind));
}

std::string_view name_of(Subscription subscription)
{
    constexpr std::array<std::string_view, 5> names{"none", "normal", "digest", "nomail", "both"};
    return names.at(static_cast<std::size_t>(subscription));
}

std::optional<std::string> subscriber_address(std::string_view text)
{
    const auto address = parse_address(text);
    if (!address || text.size() > max_subscriber_address) return std::nullopt;
    if (address->local.find('/') != std::string::npos) return std::nullopt;
    return address->key();
}

Subscribers::Subscribers(const List& list) : list_(list) {}

Subscription Subscribers::find(std::string_view address) const
{
    const std::string wanted = lower(address);
    Kinds found = no_kinds;
    for (const Kind kind : all_the_kinds) {
        const SubscriberDirectory directory(list_, directory_of(kind));
        for (const std::string& file : directory.files())
            directory.for_each_line(file, [&](std::string_view line) {
                if (line == wanted) found |= bit(kind);
            });
    }
    return subscription_of(found);
}

std::vector<Subscription> Subscribers::find_many(std::span<const std::string_view> addresses) const
{
    std::unordered_map<std::string_view, Kinds> found;
    found.reserve(addresses.size());
    for (const std::string_view address : addresses)
        found.emplace(address, no_kinds);
    for (const Kind kind : all_the_kinds)
        for_each(kind, [&](std::string_view line) {
            if (const auto entry = found.find(line); entry != found.end())
                entry->second |= bit(kind);
        });
    std::vector<Subscription> result;
    result.reserve(addresses.size());
    for (const std::string_view address : addresses)
        result.push_back(subscription_of(found[address]));
    return result;
}

Subscribers::Change Subscribers::set(std::string_view address, Subscription wanted)
{
    const std::string stored = lower(address);
    check(list_, stored);
    const Kinds before = change_one(list_, stored, {no_kinds, kinds_of(wanted)});
    if (before == no_kinds) return Change::added;
    return before == kinds_of(wanted) ? Change::already : Change::switched;
}

Subscription Subscribers::remove(std::string_view address)
{
    if (address.empty()) return Subscription::none;
    return subscription_of(change_one(list_, lower(address), {no_kinds, no_kinds}));
}

bool Subscribers::remove(std::string_view address, Kind kind)
{
    if (address.empty()) return false;
    const Kinds before = change_one(list_, lower(address), {all_kinds & ~bit(kind), no_kinds});
    return (before & bit(kind)) != 0;
}

Subscribers::BatchResult Subscribers::set_many(std::span<const std::string_view> addresses,
                                               Subscription wanted, const Report& report)
{
    for (const std::string_view address : addresses)
        check(list_, address);
    return change_many(list_, addresses, {no_kinds, kinds_of(wanted)}, report);
}

Subscribers::BatchResult Subscribers::remove_many(std::span<const std::string_view> addresses,
                                                  const Report& report)
{
    return change_many(list_, addresses, {no_kinds, no_kinds}, report);
}

void Subscribers::for_each(Kind kind, const std::function<void(std::string_view)>& use) const
{
    const SubscriberDirectory directory(list_, directory_of(kind));
    for (const std::string& file : directory.files())
        directory.for_each_line(file, [&](std::string_view line) {
            if (may_be_address(line)) use(line);
        });
}

std::size_t Subscribers::count(Kind kind) const
{
    std::size_t count = 0;
    for_each(kind, [&](std::string_view) { ++count; });
    return count;
}

void Subscribers::for_everybody(
    const std::function<void(std::string_view, Subscription)>& use) const
{
    std::unordered_set<std::string> digest;
    for_each(Kind::digest, [&](std::string_view address) { digest.emplace(address); });
    std::unordered_set<std::string> both;
    for_each(Kind::normal, [&](std::string_view address) {
        const std::string key = digest.empty() ? std::string() : std::string(address);
        const bool is_both = !digest.empty() && digest.contains(key);
        if (is_both) both.insert(key);
        use(address, is_both ? Subscription::both : Subscription::normal);
    });
    for_each(Kind::digest, [&](std::string_view address) {
        if (!both.contains(std::string(address))) use(address, Subscription::digest);
    });
    for_each(Kind::nomail, [&](std::string_view address) { use(address, Subscription::nomail); });
}

} // namespace mn::list
