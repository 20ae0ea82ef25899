// The DNS tree walk: the DMARC records of a domain and of those above it, eight questions at most.
// [RFC9989 4.10]
//
//   prefetch_walk(domain, resolver);                 // all of them at once
//   const Walk walk = walk_up(domain, resolver, trace);
//   walk.organizational_domain()
#pragma once

#include "auth/dmarc_record.hpp"
#include "dns/resolver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::dmarc
{

struct Finding {
    std::string domain;
    std::string text;
    Record record;
};

struct Walk {
    std::string start;
    std::vector<Finding> findings; ///< from the longest name to the shortest
    bool was_interrupted = false;  ///< a question had no answer: what is here may not be all

    /// [RFC9989 4.10.2]
    std::string organizational_domain() const;

    /// Nothing when there is none at this name.
    const Finding* at(std::string_view domain) const;
};

/// The domains that are asked: itself, then up, leaving out what is deeper than eight labels.
std::vector<std::string> walk_targets(std::string_view domain);

void prefetch_walk(std::string_view domain, dns::Resolver& resolver);

/// trace: gets a line for each question that was not asked before.
Walk walk_up(std::string_view domain, dns::Resolver& resolver, std::vector<std::string>& trace);

} // namespace mn::dmarc
