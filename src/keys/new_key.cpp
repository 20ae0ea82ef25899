#include "keys/new_key.hpp"

#include "auth/dkim.hpp"
#include "auth/dkim_key.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "config/dkim_key_store.hpp"

#include <utility>

namespace mn::keys
{

using config::KeyState;
using crypto::Algorithm;
using crypto::PrivateKey;

namespace
{

/// As it lies on the disk, not as it was in memory.
StoredKey read_back(const std::string& dir, std::string_view domain, std::string_view selector)
{
    const auto file = config::find_selector(dir, domain, selector);
    if (!file)
        throw Error("4.3.0", "mail system error",
                    cat("the new key ", selector, " cannot be found again"));
    return {*file, config::load_key(*file, nullptr)};
}

} // namespace

std::vector<Wanted> wanted_keys(const std::vector<Algorithm>& algorithms, const std::string& base)
{
    std::vector<Wanted> wanted;
    for (const Algorithm algorithm : algorithms)
        wanted.push_back({algorithm, algorithm == Algorithm::rsa || algorithms.size() == 1
                                         ? base
                                         : cat(base, "-ed25519")});
    return wanted;
}

bool has_keys(const std::string& dir, std::string_view domain)
{
    return !config::find_keys(dir, domain, KeyState::active, nullptr).empty() ||
           !config::find_keys(dir, domain, KeyState::next, nullptr).empty();
}

std::vector<StoredKey> make(const std::string& dir, std::string_view domain,
                            const std::vector<Wanted>& wanted, KeyState state, unsigned bits)
{
    std::vector<config::NewKey> keys;
    for (const auto& [algorithm, selector] : wanted)
        keys.push_back({selector, PrivateKey::generate(algorithm, bits)});
    config::add_keys(dir, domain, state, keys);
    std::vector<StoredKey> stored;
    for (const auto& [algorithm, selector] : wanted)
        stored.push_back(read_back(dir, domain, selector));
    return stored;
}

Imported import(const std::string& dir, std::string_view domain, std::string_view selector,
                KeyState state, std::string_view pem)
{
    PrivateKey key = PrivateKey::from_pem(pem);
    if (key.algorithm() == Algorithm::rsa &&
        (key.bits() < dkim::min_rsa_bits || key.bits() > dkim::max_rsa_bits))
        throw Error("4.3.0", "mail system error",
                    cat("receivers refuse an RSA key of ", std::to_string(key.bits()), " bits"));
    if (const auto old = config::find_selector(dir, domain, selector)) {
        PrivateKey there = config::load_key(*old, nullptr);
        if (there.public_bytes() == key.public_bytes()) return {{*old, std::move(there)}, false};
    }
    std::vector<config::NewKey> keys;
    keys.push_back({std::string(selector), std::move(key)});
    config::add_keys(dir, domain, state, keys);
    return {read_back(dir, domain, selector), true};
}

} // namespace mn::keys
