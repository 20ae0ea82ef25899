// One signature field: DKIM-Signature, and ARC-Message-Signature, which differs in little. Read it,
// and find out whether it is worth verifying. [RFC6376 3.5] [RFC8617 4.1.2]
//
//   const Signature signature = parse_signature(field, SignatureKind::dkim, now);
//   if (signature.verdict == Verdict::none) verify(signature); else tell(signature.reason);
//
// Views into the field's text, which must outlive it.
#pragma once

#include "auth/dkim.hpp"
#include "auth/signed_fields.hpp"
#include "crypto/key.hpp"
#include "message/header.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::dkim
{

enum class SignatureKind : std::uint8_t { dkim, arc_message };

struct Signature {
    Verdict verdict = Verdict::none; ///< none: to be verified; else the end of the matter
    std::string reason;

    std::string domain;    ///< d=, lower case; empty if it is no name
    std::string selector;  ///< s=, lower case
    std::string identity;  ///< i=, or "@" and d=; an AMS has none
    std::string algorithm; ///< a=, printable
    std::string base64;    ///< b= without white space; empty if it is not base64
    crypto::Algorithm key_algorithm = crypto::Algorithm::rsa;
    Canonicalization header_form = Canonicalization::simple;
    Canonicalization body_form = Canonicalization::simple;
    std::vector<std::string_view> fields;     ///< h=
    std::string body_hash;                    ///< bh=, 32 bytes
    std::string bytes;                        ///< b=
    std::optional<std::uint64_t> body_length; ///< l=

    std::string_view text;  ///< the whole field
    std::string_view raw_b; ///< the part of text that is the value of b=
};

/// now: seconds since 1970, for t= and x=.
Signature parse_signature(const HeaderField& field, SignatureKind kind, std::int64_t now);

/// Does i= of this signature belong to d= itself, not to a name below it? [RFC6376 3.6.1] t=s
bool identity_is_of_domain(const Signature& signature);

/// What b= signs: the hash of the fields of h= and of the signature itself. index: its place among
/// the fields. [RFC6376 3.7]
crypto::Sha256Value header_hash(const Signature& signature, const SignedFields& fields,
                                std::size_t index);

/// A name that a domain or a selector may be in the DNS: labels of letters, digits, "-" and "_".
bool is_signing_name(std::string_view name);

/// "rsa-sha256" and "ed25519-sha256"; nothing for anything else. [RFC6376 3.3] [RFC8463 3]
std::optional<crypto::Algorithm> parse_algorithm(std::string_view name);

/// t= and x=: digits, at most 12 of them. [RFC6376 3.5]
std::optional<std::int64_t> parse_time(std::string_view text);

} // namespace mn::dkim
