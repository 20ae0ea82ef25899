// Is a key of ours as receivers need it: published as it is, strong enough, and does another
// implementation of DKIM accept what it signs?
//
//   const Check check = examine_all(dir, {"example.org"}, resolver, now().seconds);
//   for (const auto& [key, report] : check.keys)
//       if (config::has_errors(report.problems)) …
//
// Needs libopendkim (auth/second_opinion.hpp): for tools of admins, never in the path of mail.
#pragma once

#include "dns/resolver.hpp"
#include "keys/stored_key.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mn::keys
{

struct Report {
    std::vector<config::Problem> problems; ///< about the name of the record
    bool is_unknown = false;               ///< no answer from the DNS
    bool is_waiting = false;               ///< prepared, and not published yet
};

/// now: seconds since 1970. Throws Error 4.3.0 when libopendkim cannot work at all.
Report examine(const StoredKey& key, dns::Resolver& resolver, std::int64_t now);

struct Examined {
    StoredKey key;
    Report report;
};

struct Check {
    std::vector<config::Problem> problems; ///< with files and domains
    std::vector<Examined> keys;

    bool has_errors() const; ///< of either kind
    bool is_unknown() const; ///< of any key
};

/// The active and the prepared keys of these domains, asked for in parallel.
Check examine_all(const std::string& dir, std::span<const std::string> domains,
                  dns::Resolver& resolver, std::int64_t now);

} // namespace mn::keys
