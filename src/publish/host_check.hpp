// The mail host: has it addresses, and do they lead back to its name?
//
//   const std::vector<IpAddress> addresses = check_host_names(node, resolver, findings);
//
// Returns the addresses that are ours: those the admin told, or else those of the DNS.
#pragma once

#include "base/ip_address.hpp"
#include "dns/resolver.hpp"
#include "publish/finding.hpp"
#include "publish/plan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::publish
{

std::vector<IpAddress> check_host_names(const Node& node, dns::Resolver& resolver,
                                        std::vector<Finding>& findings);

/// What a name leads to, aliases followed.
struct Whereabouts {
    std::vector<IpAddress> addresses;
    bool is_alias = false;                ///< there is a CNAME
    const dns::Answer* trouble = nullptr; ///< an answer that did not come
};

Whereabouts look_up_host(std::string_view name, dns::Resolver& resolver);

void prefetch_host(std::string_view name, dns::Resolver& resolver);

} // namespace mn::publish
