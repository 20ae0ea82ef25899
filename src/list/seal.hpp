// A post as it leaves: signed by the list's domain (DKIM), and sealed over what we found out about
// it when it came in (ARC), so that receivers may believe us.
//
//   const std::string sent = seal_post(original, post.message, {.keys = …}, resolver);
//
// What cannot be sealed, for the chain is broken, is signed all the same. [RFC8617 5.1]
#pragma once

#include "auth/dkim_sign.hpp"
#include "dns/resolver.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

struct SealSettings {
    std::vector<dkim::SigningKey> keys; ///< each makes a signature; none: the post stays as it is
    dkim::SigningKey sealing_key;       ///< without: no seal
    std::string authserv_id;            ///< of our Authentication-Results; empty: no seal
    std::int64_t now = 0;
};

/// original: as it came in, which the chain is checked against. Throws Error 5.6.0 when the header
/// of the post cannot be signed.
std::string seal_post(std::string_view original, std::string post, const SealSettings& settings,
                      dns::Resolver& resolver);

} // namespace mn::list
