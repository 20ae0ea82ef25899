// The keys that sign, loaded when the first mail of their domain is there.
//
//   KeyRing ring(options.keys);
//   const auto keys = ring.keys_of("example.org");     // good as long as the ring
//
// What is wrong with a key file that others stand in for goes into the log. Throws Error 4.3.5 when
// there is none that can be used beside it: mail must not leave unsigned because of that.
#pragma once

#include "auth/dkim_sign.hpp"
#include "config/dkim_keys.hpp"

#include <map>
#include <string>
#include <vector>

namespace mn::keys
{

class KeyRing
{
public:
    /// directory: as config/dkim_keys.hpp has it; "": there are no keys at all.
    explicit KeyRing(std::string directory);

    /// Those that sign for the domain; none when it has none.
    std::vector<dkim::SigningKey> keys_of(const std::string& domain);

private:
    std::string directory_;
    std::map<std::string, std::vector<config::LoadedKey>> loaded_;
};

} // namespace mn::keys
