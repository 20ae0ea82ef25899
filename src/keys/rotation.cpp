#include "keys/rotation.hpp"

#include "auth/dkim_record.hpp"
#include "base/date.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "keys/new_key.hpp"

#include <algorithm>

namespace mn::keys
{

using config::KeyFile;
using config::KeyState;
using crypto::Algorithm;

namespace
{

Error failure(const std::string& detail)
{
    return Error("4.3.0", "mail system error", detail);
}

/// A selector that nobody has used: by the day, with a letter for the second one of a day.
std::string new_selector(const std::string& dir, const std::string& domain, std::int64_t now)
{
    const std::string today = cat("s", utc(now, "%Y%m%d"));
    for (char letter = 'a'; letter <= 'z'; ++letter) {
        std::string selector = letter == 'a' ? today : cat(today, std::string(1, letter));
        if (!config::find_selector(dir, domain, selector) &&
            !config::find_selector(dir, domain, cat(selector, "-ed25519")))
            return selector;
    }
    throw failure("26 rotations in one day are enough");
}

/// Sorted, each once.
std::vector<Algorithm> active_algorithms(const std::string& dir, const std::string& domain)
{
    std::vector<Algorithm> algorithms;
    for (const StoredKey& key : load(dir, domain, KeyState::active))
        algorithms.push_back(key.key.algorithm());
    std::sort(algorithms.begin(), algorithms.end());
    algorithms.erase(std::unique(algorithms.begin(), algorithms.end()), algorithms.end());
    if (algorithms.empty())
        throw failure(cat(domain, " has no key to be replaced: mn-dkimkey create ", domain));
    return algorithms;
}

std::vector<Unpublished> find_unpublished(const std::vector<StoredKey>& keys,
                                          dns::Resolver& resolver)
{
    for (const StoredKey& key : keys)
        resolver.prefetch(key.name(), dns::Type::txt);
    std::vector<Unpublished> unpublished;
    for (const StoredKey& key : keys) {
        const dkim::Publication found =
            dkim::look_up_key(key.file.selector, key.file.domain, key.key, resolver);
        if (found.state != dkim::Publication::State::good)
            unpublished.push_back({key.name(), found.text});
    }
    return unpublished;
}

NextStep next_step(const Standing& standing)
{
    if (!standing.prepared.empty())
        return standing.unpublished.empty() ? NextStep::switch_over : NextStep::publish;
    if (!standing.retired.empty()) return NextStep::retire;
    return standing.active.empty() ? NextStep::create : NextStep::make;
}

} // namespace

std::vector<StoredKey> prepare(const std::string& dir, const std::string& domain,
                               const Wishes& wishes, std::int64_t now)
{
    if (auto next = load(dir, domain, KeyState::next); !next.empty()) return next;
    std::vector<Algorithm> algorithms = active_algorithms(dir, domain);
    if (!wishes.algorithms.empty()) algorithms = wishes.algorithms;
    const std::string base =
        wishes.selector.empty() ? new_selector(dir, domain, now) : wishes.selector;
    return make(dir, domain, wanted_keys(algorithms, base), KeyState::next, wishes.bits);
}

SwitchOver switch_over(const std::string& dir, const std::string& domain, dns::Resolver* resolver)
{
    SwitchOver result;
    const std::vector<StoredKey> next = load(dir, domain, KeyState::next);
    result.is_prepared = !next.empty();
    if (resolver != nullptr) result.unpublished = find_unpublished(next, *resolver);
    if (result.unpublished.empty()) result.switched = config::activate_next(dir, domain);
    return result;
}

std::int64_t keep_until(std::int64_t since, const Patience& patience)
{
    constexpr std::int64_t day = 86400;
    return since + static_cast<std::int64_t>(patience.days) * day;
}

std::optional<std::int64_t> retire(const std::string& dir, const std::string& domain,
                                   const Patience& patience,
                                   const std::function<void(const KeyFile&)>& removed)
{
    std::optional<std::int64_t> last;
    for (const config::RetiredKey& key : config::retired_keys(dir, domain)) {
        const std::int64_t until = keep_until(key.since, patience);
        if (!patience.is_over && until > patience.now) {
            last = std::max(last.value_or(until), until);
            continue;
        }
        config::remove_key(key.file);
        removed(key.file);
    }
    return last;
}

Standing standing(const std::string& dir, const std::string& domain, dns::Resolver& resolver)
{
    Standing result;
    const std::vector<StoredKey> next = load(dir, domain, KeyState::next);
    for (const StoredKey& key : next)
        result.prepared.push_back(key.file.selector);
    for (const KeyFile& file : config::find_keys(dir, domain, KeyState::active, nullptr))
        result.active.push_back(file.selector);
    result.retired = config::retired_keys(dir, domain);
    result.unpublished = find_unpublished(next, resolver);
    result.next = next_step(result);
    return result;
}

} // namespace mn::keys
