// The host itself, from outside: do its services answer, with the right certificate, and do they
// refuse what they must refuse?
//
//   for (const Finding& finding :
//        probe({.node = node, .domains = …, .addresses = …, .now = …}))
//       print(told(finding, Form::plain));
//
// For hosts of our own only. No mail can come of it: to other people's addresses no data is ever
// sent, and the one message that is begun, to our postmaster, is never ended (smtp_probe.hpp).
#pragma once

#include "base/ip_address.hpp"
#include "publish/finding.hpp"
#include "publish/plan.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mn::publish
{

struct ProbeSettings {
    Node node;
    std::vector<std::string> domains;
    std::vector<IpAddress> addresses; ///< connect to each of them
    std::string ca_file;              ///< certificates to trust; empty: those of the system
    std::int64_t now = 0;             ///< seconds since 1970
    std::chrono::milliseconds time_limit{15000}; ///< of each step
    std::chrono::milliseconds silence{1500}; ///< an answer that is not there by then does not come
};

std::vector<Finding> probe(const ProbeSettings& settings);

/// The certificate that greeted us on a connection. is_strict: the clients of
/// this port look at it, so what is wrong with it is a failure.
void judge_certificate(const ProbeSettings& settings, int socket, const std::string& subject,
                       bool is_strict, std::vector<Finding>& findings);

} // namespace mn::publish
