// Does the DMARC record say what its owner means, do its reports arrive, and does mail of our own
// pass by it?
//
//   check_dmarc({.domain = "example.org", .spf = Passes::yes, .dkim = Passes::yes,
//                .wanted = …}, resolver, findings);
#pragma once

#include "dns/resolver.hpp"
#include "publish/finding.hpp"
#include "publish/spf_check.hpp"

#include <string>
#include <vector>

namespace mn::publish
{

struct DmarcQuestion {
    std::string domain;
    Passes spf = Passes::unknown;
    Passes dkim = Passes::unknown; ///< has it a key whose signatures verify
    std::string wanted;
};

void check_dmarc(const DmarcQuestion& question, dns::Resolver& resolver,
                 std::vector<Finding>& findings);

} // namespace mn::publish
