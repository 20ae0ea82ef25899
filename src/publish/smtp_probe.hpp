// Port 25 of our own host: STARTTLS, postmaster, relaying, SMTP smuggling.
//
//   probe_smtp(settings, address, findings);     // part of publish/probe.hpp
//
// No mail comes of it. Addresses elsewhere are only named in RCPT, and the session is reset. For
// smuggling one message to postmaster is begun and never ended; if the server ends it too early,
// which is the fault looked for, it has more Received fields than any server takes.
#pragma once

#include "base/ip_address.hpp"
#include "publish/connection.hpp"
#include "publish/finding.hpp"
#include "publish/probe.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mn::publish
{

void probe_smtp(const ProbeSettings& settings, const IpAddress& address,
                std::vector<Finding>& findings);

/// "192.0.2.1 port 25"
std::string service_name(const IpAddress& address, std::uint16_t port);

Finding no_connection(const std::string& subject, const Connection& connection);

} // namespace mn::publish
