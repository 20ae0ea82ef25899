// What DKIM signing, verifying and ARC have in common: results and the tags of a signature.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mn::dkim
{

/// [RFC8601 2.7.1]
enum class Verdict : std::uint8_t { none, pass, fail, policy, neutral, temperror, permerror };

std::string_view verdict_name(Verdict verdict);

enum class Canonicalization : std::uint8_t { simple, relaxed };

/// What became of one signature.
struct Result {
    Verdict verdict = Verdict::none;
    std::string domain;          ///< d=
    std::string identity;        ///< i=, or "@" and d=
    std::string selector;        ///< s=
    std::string algorithm;       ///< a=
    std::string signature_start; ///< the first characters of b= (8 or more), to tell several apart
    unsigned key_bits = 0;
    bool is_testing = false; ///< t=y in the key record: treat as unsigned
    std::string reason;      ///< for people: "body hash did not verify", "no key for signature"
};

} // namespace mn::dkim
