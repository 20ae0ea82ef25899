// May this client send mail with that envelope sender? [RFC7208]
//
//   const spf::Result result = spf::check_host({.client = address, .helo = "mail.example.org",
//                                               .sender = "ann@example.org"}, resolver);
//
// Our own evaluator: every mechanism, modifier, macro and limit of the RFC. It takes nothing from
// the outside but the resolver's answers, and asks for at most about 120 of them for one message,
// whatever a record says.
#pragma once

#include "base/ip_address.hpp"
#include "dns/resolver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::spf
{

/// [RFC7208 2.6]
enum class Verdict : std::uint8_t { none, neutral, pass, fail, softfail, temperror, permerror };

std::string_view verdict_name(Verdict verdict); ///< "softfail": as Authentication-Results says it

struct Request {
    IpAddress client;
    std::string helo;
    std::string sender;   ///< MAIL FROM; empty (a bounce): postmaster@helo is checked [RFC7208 2.4]
    std::string receiver; ///< who we are, for the r macro; empty: "unknown"
};

struct Result {
    Verdict verdict = Verdict::none;
    std::string domain; ///< the domain whose record was asked
    std::string reason; ///< for people: "matched ip4:192.0.2.0/24", "more than 10 DNS lookups"
    std::string
        explanation; ///< fail: what the domain says of it (exp=), printable ASCII; else empty
    std::vector<std::string> trace; ///< every term looked at, in order, and what came of it
};

/// check_host() for the MAIL FROM identity. [RFC7208 4]
Result check_host(const Request& request, dns::Resolver& resolver);

/// The same for the HELO identity. [RFC7208 2.3]
Result check_helo(const Request& request, dns::Resolver& resolver);

/// Start the first queries of both checks.
void prefetch(const Request& request, dns::Resolver& resolver);

} // namespace mn::spf
