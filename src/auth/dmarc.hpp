// Does the author's domain vouch for this message, and what does it want done if not? [RFC9989]
//
//   const dmarc::Result result = dmarc::evaluate({.author_domain = "example.org",
//       .spf_domain = …, .dkim_domains = …}, resolver);
//
// Organizational domains are found by the DNS tree walk, so no public suffix list is needed.
#pragma once

#include "dns/resolver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::dmarc
{

enum class Verdict : std::uint8_t { none, pass, fail, temperror, permerror };
enum class Policy : std::uint8_t { none, quarantine, reject };

std::string_view verdict_name(Verdict verdict);
std::string_view policy_name(Policy policy);

struct Request {
    std::string author_domain;             ///< of the From field
    std::string spf_domain;                ///< MAIL FROM (or HELO) domain if SPF passed; else empty
    std::vector<std::string> dkim_domains; ///< d= of every signature that passed
    /// An input that could still have made it a pass ended in a temporary error.
    bool input_was_temporary = false;
};

struct Result {
    Verdict verdict = Verdict::none;
    Policy policy =
        Policy::none;          ///< that applies to this author domain: p=, sp= or np=, t= applied
    bool is_testing = false;   ///< t=y: the policy above is one step weaker than published
    std::string record_domain; ///< where the record stands; empty when there is none
    std::string record;
    std::string organizational_domain;
    std::string aligned_by; ///< pass: "dkim example.org" or "spf mail.example.org"
    std::string reason;     ///< for people
    std::vector<std::string> trace;
};

Result evaluate(const Request& request, dns::Resolver& resolver);

/// Start every query that the tree walk may need.
void prefetch(std::string_view author_domain, dns::Resolver& resolver);

} // namespace mn::dmarc
