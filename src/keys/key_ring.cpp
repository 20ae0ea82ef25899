#include "keys/key_ring.hpp"

#include "base/log.hpp"

namespace mn::keys
{

KeyRing::KeyRing(std::string directory) : directory_(std::move(directory)) {}

std::vector<dkim::SigningKey> KeyRing::keys_of(const std::string& domain)
{
    std::vector<dkim::SigningKey> keys;
    if (directory_.empty()) return keys;
    auto found = loaded_.find(domain);
    if (found == loaded_.end()) {
        std::vector<config::Problem> problems;
        found =
            loaded_.emplace(domain, config::load_active_keys(directory_, domain, &problems)).first;
        for (const config::Problem& problem : problems)
            log::warning(config::describe(problem));
    }
    for (const config::LoadedKey& loaded : found->second)
        keys.push_back({&loaded.key, domain, loaded.selector});
    return keys;
}

} // namespace mn::keys
