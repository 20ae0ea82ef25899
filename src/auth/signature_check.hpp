// The last steps of verifying, the same for DKIM and for ARC: fetch the key, compare both hashes.
// [RFC6376 6.1.2] [RFC6376 6.1.3]
#pragma once

#include "auth/body_hash.hpp"
#include "auth/dkim_signature.hpp"
#include "auth/signed_fields.hpp"
#include "dns/resolver.hpp"

#include <string>

namespace mn::dkim
{

struct Outcome {
    Verdict verdict = Verdict::none;
    std::string reason;
    unsigned key_bits = 0;
    bool is_testing = false;
};

/// signature: one whose verdict is still none. index: its place among the fields. body: which of
/// the hashes is its own.
Outcome check_signature(const Signature& signature, const SignedFields& fields, std::size_t index,
                        const BodyHashes& hashes, std::size_t body, dns::Resolver& resolver);

} // namespace mn::dkim
