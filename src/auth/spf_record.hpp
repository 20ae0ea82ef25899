// The text of an SPF record, taken apart. [RFC7208 4.6.1] [RFC7208 12]
//
//   if (spf::is_record(text)) {
//       const auto record = spf::parse_record(text);
//       if (!record.error.empty()) permerror(record.error);
//   }
//
// Any mistake anywhere makes the whole record an error, before anything is evaluated
// [RFC7208 4.6]. Terms are views into the text, which must outlive the record.
#pragma once

#include "base/ip_address.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::spf
{

/// [RFC7208 5]
enum class Kind : std::uint8_t { all, include, a, mx, ptr, ip4, ip6, exists };

struct Mechanism {
    char qualifier = '+'; ///< one of + - ? ~
    Kind kind = Kind::all;
    std::string_view domain;          ///< domain-spec, macros and all; empty: the current domain
    std::optional<IpAddress> network; ///< ip4, ip6
    unsigned bits4 = 32;              ///< prefix length for an IPv4 client
    unsigned bits6 = 128;             ///< and for an IPv6 one
    std::string_view text;            ///< as written

    /// Takes one of the ten lookups. [RFC7208 4.6.4]
    bool needs_dns() const { return kind != Kind::all && kind != Kind::ip4 && kind != Kind::ip6; }

    /// all, ip4, ip6: what it says of this client.
    bool matches_without_dns(const IpAddress& client) const;

    /// a, mx: this address of a host is the client's, but for what the prefix length leaves out.
    bool covers(const IpAddress& host, const IpAddress& client) const;
};

struct Record {
    std::vector<Mechanism> mechanisms;
    std::optional<std::string_view> redirect;
    std::optional<std::string_view> explanation; ///< exp=
    std::string error;                           ///< not empty: the record is invalid, and why
};

/// The SPF records among the TXT records of a name. [RFC7208 4.5]
std::vector<std::string_view> records_among(const std::vector<std::string>& texts);

/// Begins with the version and nothing longer. [RFC7208 4.5]
bool is_record(std::string_view text);

/// text: one for which is_record() holds.
Record parse_record(std::string_view text);

} // namespace mn::spf
