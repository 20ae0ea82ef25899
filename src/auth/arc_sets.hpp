// The ARC sets of a header, sorted, and whether they make a chain. [RFC8617 4.2] [RFC8617 5.2]
//
//   const Sets sets(fields);
//   if (sets.problem.empty()) verify(sets.sets[0].seal) …
//
// Views into the header, which must outlive it.
#pragma once

#include "auth/signed_fields.hpp"
#include "crypto/key.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::arc
{

inline constexpr unsigned max_instances = 50; ///< [RFC8617 4.2.1]

inline constexpr std::string_view seal_name = "ARC-Seal";
inline constexpr std::string_view signature_name = "ARC-Message-Signature";
inline constexpr std::string_view results_name = "ARC-Authentication-Results";

/// An ARC-Seal. [RFC8617 4.1.3]
struct Seal {
    std::string problem; ///< empty: it can be verified
    crypto::Algorithm algorithm = crypto::Algorithm::rsa;
    std::string domain;
    std::string selector;
    std::string_view chain; ///< cv=
    std::string bytes;      ///< b=
    std::string_view text;
    std::string_view raw_b;
};

/// One instance: the places of its fields among all, and what its seal says.
struct Set {
    std::size_t results = dkim::SignedFields::npos;
    std::size_t signature = dkim::SignedFields::npos;
    std::size_t seal_place = dkim::SignedFields::npos;
    Seal seal;
};

struct Sets {
    explicit Sets(const dkim::SignedFields& fields);

    std::vector<Set> sets;   ///< instance 1 first; use them only if there is no problem
    std::string problem;     ///< why this is no chain
    unsigned highest = 0;    ///< instance seen in any field; 50 also when there are too many
    bool has_failed = false; ///< the newest seal says cv=fail: nobody may continue the chain

    bool is_there() const { return highest > 0 || !problem.empty(); }
};

/// What a seal covers of a set: results, signature and, of earlier sets, the seal itself, in
/// relaxed form. [RFC8617 5.1.1]
std::string sealed_fields(const dkim::SignedFields& fields, const Set& set, bool with_seal);

/// The value of ARC-Authentication-Results behind its "i=N;", unfolded.
std::string results_of(const HeaderField& field);

} // namespace mn::arc
