// Replace the keys of a domain without a moment in which its mail cannot be verified.
//
//   auto keys = keys::prepare(dir, "example.org", {}, now);   // publish their records; wait
//   auto done = keys::switch_over(dir, "example.org", &resolver);  // the new keys sign
//   keys::retire(dir, "example.org", {.now = now}, removed);  // a week later: the old ones go
//
// Each step can be repeated; where nothing is left to do it does nothing. A step that was
// interrupted leaves a domain that signs, with keys whose records are published. Times are seconds
// since 1970. Throws Error, also for a prepared key that cannot be used.
#pragma once

#include "config/dkim_key_store.hpp"
#include "dns/resolver.hpp"
#include "keys/stored_key.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mn::keys
{

/// What the new keys shall be.
struct Wishes {
    std::vector<crypto::Algorithm> algorithms; ///< empty: those of the active keys
    std::string selector;                      ///< empty: named by the day
    unsigned bits = good_bits;                 ///< of an RSA key
};

/// The prepared keys; makes them when there are none. They do not sign yet.
std::vector<StoredKey> prepare(const std::string& dir, const std::string& domain,
                               const Wishes& wishes, std::int64_t now);

/// A key that receivers cannot use.
struct Unpublished {
    std::string name; ///< of its record
    std::string why;  ///< for people
};

struct SwitchOver {
    bool is_prepared = false;             ///< false: there is nothing to switch to
    std::vector<Unpublished> unpublished; ///< any: nothing was changed
    config::Switched switched;
};

/// The prepared keys sign from now on and the active ones rest, but only once the DNS shows every
/// prepared one; no answer is as good as a missing record. Without a resolver: whatever it shows.
SwitchOver switch_over(const std::string& dir, const std::string& domain, dns::Resolver* resolver);

/// How long retired keys stay, for mail that they signed is still on its way.
struct Patience {
    std::int64_t now = 0;
    std::uint64_t days = 7;
    bool is_over = false; ///< do not look at the calendar
};

/// Until when the record of a key that was retired then has to stay.
std::int64_t keep_until(std::int64_t since, const Patience& patience);

/// Removes the retired keys whose time is over and tells of each at once, for its record has to be
/// taken out of the DNS whatever becomes of the next. Until when the last of those that stay has
/// to; nothing when none stays.
std::optional<std::int64_t> retire(const std::string& dir, const std::string& domain,
                                   const Patience& patience,
                                   const std::function<void(const config::KeyFile&)>& removed);

enum class NextStep : std::uint8_t { create, make, publish, switch_over, retire };

/// Where a rotation stands.
struct Standing {
    std::vector<std::string> active; ///< selectors
    std::vector<std::string> prepared;
    std::vector<config::RetiredKey> retired;
    std::vector<Unpublished> unpublished; ///< of the prepared ones
    NextStep next = NextStep::create;
};

/// Changes nothing. Asks the DNS only if something is prepared.
Standing standing(const std::string& dir, const std::string& domain, dns::Resolver& resolver);

} // namespace mn::keys
