// What a domain publishes at _dmarc: read as leniently as the standard wants it. [RFC9989 4.7]
//
//   if (const auto record = dmarc::parse_record("v=DMARC1; p=reject; np=none; t=y")) …
#pragma once

#include "auth/dmarc.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mn::dmarc
{

/// Is the domain a public suffix: psd=y, n, u.
enum class PublicSuffix : std::uint8_t { yes, no, unknown };

struct Record {
    Policy policy = Policy::none;             ///< p=
    Policy subdomains = Policy::none;         ///< sp=, or p=
    Policy missing_subdomains = Policy::none; ///< np=, or sp=, or p=: for names that do not exist
    bool wants_strict_dkim = false;           ///< adkim=s
    bool wants_strict_spf = false;            ///< aspf=s
    bool is_testing = false;                  ///< t=y
    PublicSuffix public_suffix = PublicSuffix::unknown;

    /// p= is missing or makes no sense, or sp= or np= make none, and nobody wants reports: then
    /// nothing of it applies. With rua= such a record is one of p=none. [RFC9989 4.10.1]
    bool is_unusable = false;
};

/// Nothing when the text is no DMARC record. What is wrong further on counts as not there.
/// [RFC9989 4.8]
std::optional<Record> parse_record(std::string_view text);

/// One step weaker, as t=y asks for.
Policy weakened(Policy policy);

} // namespace mn::dmarc
