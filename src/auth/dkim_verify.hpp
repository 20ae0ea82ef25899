// Verify every DKIM signature of a message while it streams by. [RFC6376 6]
//
//   dkim::Verifier verifier(header, now);     // header: all fields, LF or CRLF
//   verifier.prefetch_keys(resolver);
//   while (…) verifier.body(chunk);           // LF or CRLF, cut anywhere
//   for (const dkim::Result& result : verifier.finish(resolver)) …
//
// Memory does not depend on the size of the body. At most max_signatures are looked at, the topmost
// first; each different pair of body canonicalization and l= is hashed once.
#pragma once

#include "auth/dkim.hpp"
#include "dns/resolver.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace mn::dkim
{

inline constexpr std::size_t max_signatures = 10;

class Verifier
{
public:
    /// header: must outlive the object. now: seconds since 1970, for t= and x=.
    Verifier(std::string_view header, std::int64_t now);
    Verifier(Verifier&&) noexcept;
    ~Verifier();

    void prefetch_keys(dns::Resolver& resolver) const;
    void body(std::string_view chunk);

    /// One result per signature, topmost first; empty when there is none. Call once.
    std::vector<Result> finish(dns::Resolver& resolver);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mn::dkim
