// Is one of our addresses or domains on a list of spammers?
//
//   check_blocklists(addresses, domains, resolver, findings);
//
// Asks other people's servers about us, so only when somebody wants it. Lists that do not answer
// our name server, as most refuse big public ones, are Grade::unknown, not a listing.
#pragma once

#include "base/ip_address.hpp"
#include "dns/resolver.hpp"
#include "publish/finding.hpp"

#include <span>
#include <string>
#include <vector>

namespace mn::publish
{

void check_blocklists(std::span<const IpAddress> addresses, std::span<const std::string> domains,
                      dns::Resolver& resolver, std::vector<Finding>& findings);

} // namespace mn::publish
