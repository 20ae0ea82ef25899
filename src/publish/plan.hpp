// What a domain should publish so that its mail works, record by record, and why.
//
//   for (const Record& record : plan(node, {"example.org"}, wishes, keys))
//       print(zone_text(record));
//
// No questions to the DNS: it says what should be there, publish/check looks whether it is.
#pragma once

#include "auth/dmarc.hpp"
#include "base/ip_address.hpp"
#include "keys/stored_key.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::publish
{

/// This node as others see it.
struct Node {
    std::string host;                      ///< its name, lower case
    std::vector<IpAddress> addresses = {}; ///< public ones; none: not known
    std::uint16_t smtp_port = 25;
    std::uint16_t smtps_port = 465;
    std::uint16_t imaps_port = 993;
};

/// What the owner of the domains decides.
struct Wishes {
    dmarc::Policy policy = dmarc::Policy::none;
    std::vector<std::string> report_to = {}; ///< addresses; none: postmaster of each domain
};

struct Record {
    std::string domain; ///< of those asked for; empty: of the host
    std::string name;   ///< without final dot
    std::string type;   ///< "TXT"
    std::string data;   ///< as in a zone file, but for TXT the bare text; empty: only a hint
    std::string why;    ///< one sentence or two for people
    /// Not for the zone of any of the domains, or not to be published as it
    /// stands.
    bool is_advice = false;
};

/// The host's records, then those of each domain. keys: those whose records are
/// to be published.
std::vector<Record> plan(const Node& node, std::span<const std::string> domains,
                         const Wishes& wishes, std::span<const keys::StoredKey> keys);

// The texts, for those who compare.

std::string spf_text();      ///< of a domain
std::string helo_spf_text(); ///< of a host
std::string dmarc_text(std::string_view domain, const Wishes& wishes);
std::string tls_report_text(std::string_view domain, const Wishes& wishes);

/// Names of both are lower case. "mail.example.org" is within "example.org",
/// and so is itself.
bool is_within(std::string_view name, std::string_view domain);

} // namespace mn::publish
