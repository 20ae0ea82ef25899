// The optional records that say how others shall encrypt: TLSRPT and MTA-STS. A domain without them
// is OK.
//
//   check_tls_report("example.org", wanted, resolver, findings);
//   check_mta_sts("example.org", resolver, findings);
#pragma once

#include "dns/resolver.hpp"
#include "publish/finding.hpp"

#include <string>
#include <vector>

namespace mn::publish
{

void check_tls_report(const std::string& domain, const std::string& wanted, dns::Resolver& resolver,
                      std::vector<Finding>& findings);

void check_mta_sts(const std::string& domain, dns::Resolver& resolver,
                   std::vector<Finding>& findings);

} // namespace mn::publish
