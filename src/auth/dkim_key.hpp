// The public key of a signer, as the DNS publishes it. [RFC6376 3.6.1]
//
//   const KeyAnswer answer = find_key("default", "example.org", crypto::Algorithm::rsa, resolver);
//   if (answer.verdict == Verdict::none) answer.key->verify(…); else tell(answer.reason);
#pragma once

#include "auth/dkim.hpp"
#include "crypto/key.hpp"
#include "dns/resolver.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mn::dkim
{

inline constexpr unsigned min_rsa_bits = 1024; ///< [RFC8301 3.2]
inline constexpr unsigned max_rsa_bits = 4096;

/// A record, or why it is of no use.
struct KeyAnswer {
    Verdict verdict = Verdict::none; ///< none: the key is good to use; else the end of the matter
    std::string reason;
    std::optional<crypto::PublicKey> key;
    bool is_testing = false;        ///< t=y
    bool wants_same_domain = false; ///< t=s: i= must be of d= itself
};

/// One TXT record. algorithm: what the signature says.
KeyAnswer parse_key_record(std::string_view record, crypto::Algorithm algorithm);

/// selector._domainkey.domain
std::string key_name(std::string_view selector, std::string_view domain);

KeyAnswer find_key(std::string_view selector, std::string_view domain, crypto::Algorithm algorithm,
                   dns::Resolver& resolver);

} // namespace mn::dkim
