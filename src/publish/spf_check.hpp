// Does the SPF record of a name let our own mail through, everywhere and for long, and nobody
// else's?
//
//   const Passes passes = check_spf({.name = "example.org", .host = host, .addresses = …,
//                                    .wanted = spf_text()}, resolver, findings);
//
// Evaluated as receivers do it: by our own evaluator and by libspf2.
#pragma once

#include "base/ip_address.hpp"
#include "dns/resolver.hpp"
#include "publish/finding.hpp"

#include <span>
#include <string>
#include <vector>

namespace mn::publish
{

struct SpfQuestion {
    std::string name;
    std::string host;                     ///< that sends, as it calls itself
    std::span<const IpAddress> addresses; ///< from which we send
    std::string wanted;
    bool is_helo = false; ///< the record of the host: judged for mail without a sender
};

enum class Passes : std::uint8_t { no, yes, unknown };

/// Does mail from all of our addresses pass?
Passes check_spf(const SpfQuestion& question, dns::Resolver& resolver,
                 std::vector<Finding>& findings);

} // namespace mn::publish
