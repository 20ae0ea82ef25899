#include "keys/stored_key.hpp"

#include "auth/dkim_key.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace mn::keys
{

using config::KeyFile;
using config::KeyState;
using config::Problem;

std::string StoredKey::name() const
{
    return dkim::key_name(file.selector, file.domain);
}

bool is_weak(const crypto::PrivateKey& key)
{
    return key.algorithm() == crypto::Algorithm::rsa && key.bits() < good_bits;
}

std::vector<StoredKey> load(const std::string& dir, std::string_view domain, KeyState state)
{
    std::vector<StoredKey> keys;
    for (KeyFile& file : config::find_keys(dir, domain, state, nullptr)) {
        crypto::PrivateKey key = config::load_key(file, nullptr);
        keys.push_back({std::move(file), std::move(key)});
    }
    return keys;
}

std::vector<StoredKey> load_usable(const std::string& dir, const std::string& domain,
                                   std::span<const KeyState> states, std::vector<Problem>& problems)
{
    std::vector<StoredKey> keys;
    for (const KeyState state : states)
        for (KeyFile& file : config::find_keys(dir, domain, state, &problems)) {
            try {
                crypto::PrivateKey key = config::load_key(file, &problems);
                keys.push_back({std::move(file), std::move(key)});
            } catch (const Error& error) {
                problems.push_back({config::Severity::error, file.path, 0, error.detail(),
                                    "restore it from a backup, or replace it"});
            }
        }
    if (keys.empty())
        problems.push_back({config::Severity::error, domain, 0, "has no key",
                            cat("make some: mn-dkimkey create ", domain)});
    return keys;
}

std::vector<StoredKey> keys_to_publish(const std::string& dir, std::string_view domain,
                                       std::string_view selector)
{
    std::vector<StoredKey> keys;
    for (const KeyState state : all_states)
        for (StoredKey& key : load(dir, domain, state))
            if (selector.empty() || equal_ignoring_case(key.file.selector, selector))
                keys.push_back(std::move(key));
    return keys;
}

} // namespace mn::keys
