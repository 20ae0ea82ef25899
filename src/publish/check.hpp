// Is what the DNS says of a host and its domains what it should be?
//
//   const Checked checked = check(settings, resolver);
//   for (const Finding& finding : checked.findings) print(told(finding, Form::plain));
//   probe({.addresses = checked.addresses, …});   // publish/probe.hpp: the host itself
//
// Asks the DNS and reads the keys; connects to nothing else. Needs libopendkim and libspf2: for
// tools of admins. Throws Error when one of them cannot work at all.
#pragma once

#include "base/ip_address.hpp"
#include "dns/resolver.hpp"
#include "publish/finding.hpp"
#include "publish/plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mn::publish
{

struct Settings {
    Node node; ///< without addresses those of the DNS are ours
    std::vector<std::string> domains;
    Wishes wishes = {};
    std::string keys = {}; ///< the directory of the DKIM keys; empty: DKIM is not looked at
    std::int64_t now = 0;  ///< seconds since 1970
};

struct Checked {
    std::vector<Finding> findings;    ///< of the host, then of each domain
    std::vector<IpAddress> addresses; ///< of the host
};

Checked check(const Settings& settings, dns::Resolver& resolver);

} // namespace mn::publish
