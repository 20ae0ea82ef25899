// New keys: made here, or brought from elsewhere. None ever replaces one that is there.
//
//   const auto wanted = wanted_keys({Algorithm::rsa, Algorithm::ed25519}, "default");
//   for (const StoredKey& key : keys::make(dir, "example.org", wanted, KeyState::active, 2048)) …
//
// dir must exist. Throws UsageError for names that are none, Error when the name is taken.
#pragma once

#include "keys/stored_key.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::keys
{

/// A key that is not there yet.
struct Wanted {
    crypto::Algorithm algorithm;
    std::string selector;
};

/// One of each algorithm. The Ed25519 key of a pair is called BASE-ed25519.
std::vector<Wanted> wanted_keys(const std::vector<crypto::Algorithm>& algorithms,
                                const std::string& base);

/// Has it keys that sign, or some day will?
bool has_keys(const std::string& dir, std::string_view domain);

/// Durable on return, and read back from the disk. The first keys of a domain in this state come
/// all or none, see config::add_keys(). bits is for RSA.
std::vector<StoredKey> make(const std::string& dir, std::string_view domain,
                            const std::vector<Wanted>& wanted, config::KeyState state,
                            unsigned bits);

struct Imported {
    StoredKey key;
    bool is_new; ///< false: the same key was there already
};

/// pem: see PrivateKey::from_pem(). Throws Error also for a key that receivers refuse.
Imported import(const std::string& dir, std::string_view domain, std::string_view selector,
                config::KeyState state, std::string_view pem);

} // namespace mn::keys
