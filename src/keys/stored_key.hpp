// The keys of a domain as they lie on the disk (config/dkim_keys.hpp says where), loaded.
//
//   for (const StoredKey& key : keys::load(dir, "example.org", KeyState::active))
//       publish(key.name(), dkim::key_record(key.key));
//
// What is wrong with a file is either collected, by those that list and check, or thrown as
// Error 4.3.5, by those that are about to change something.
#pragma once

#include "config/dkim_keys.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::keys
{

inline constexpr std::array all_states{config::KeyState::active, config::KeyState::next,
                                       config::KeyState::retired};

/// An RSA key of fewer bits should be replaced.
inline constexpr unsigned good_bits = 2048;

/// A key and where it lies.
struct StoredKey {
    config::KeyFile file;
    crypto::PrivateKey key;

    std::string name() const; ///< of its record: "default._domainkey.example.org"
};

bool is_weak(const crypto::PrivateKey& key);

/// A domain's keys in this state, sorted by selector. Throws Error when one cannot be used.
std::vector<StoredKey> load(const std::string& dir, std::string_view domain,
                            config::KeyState state);

/// Those that can be used in any of these states. What is wrong with the others, and that there is
/// none at all, become problems.
std::vector<StoredKey> load_usable(const std::string& dir, const std::string& domain,
                                   std::span<const config::KeyState> states,
                                   std::vector<config::Problem>& problems);

/// All whose records have to be in the DNS; only those of this selector unless it is empty.
std::vector<StoredKey> keys_to_publish(const std::string& dir, std::string_view domain,
                                       std::string_view selector);

} // namespace mn::keys
