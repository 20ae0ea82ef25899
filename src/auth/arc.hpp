// The Authenticated Received Chain: verify it, and add the next set. [RFC8617]
//
//   arc::Verifier verifier(header, now);            // then as dkim::Verifier
//   const arc::Result chain = verifier.finish(resolver);
//
//   arc::Sealer sealer(header, chain, key, now);    // key: one of ours
//   sealer.body(chunk); …
//   std::string fields = sealer.finish(results, "\n");   // the set: seal, signature, results
#pragma once

#include "auth/dkim.hpp"
#include "auth/dkim_sign.hpp"
#include "dns/resolver.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mn::arc
{

enum class Verdict : std::uint8_t { none, pass, fail, temperror };

std::string_view verdict_name(Verdict verdict);

struct Result {
    Verdict verdict = Verdict::none;  ///< [RFC8617 4.4]
    unsigned instances = 0;           ///< sets there are; 0 when the chain is not even complete
    unsigned oldest_pass = 0;         ///< [RFC8617 5.2] step 6: 0 when every signature still holds
    std::vector<std::string> sealers; ///< d= of the seals, instance 1 first
    std::vector<std::string> results; ///< the ARC-Authentication-Results values, instance 1 first,
                                      ///< unfolded, without "i=N;"
    std::string reason;
};

class Verifier
{
public:
    Verifier(std::string_view header, std::int64_t now);
    Verifier(Verifier&&) noexcept;
    ~Verifier();

    void prefetch_keys(dns::Resolver& resolver) const;
    void body(std::string_view chunk);
    Result finish(dns::Resolver& resolver);

private:
    struct State;
    std::unique_ptr<State> state_;
};

class Sealer
{
public:
    /// header: as it will be sent, without the new set; must outlive the object, like the key.
    /// chain: what Verifier said of the message as it came in. fields: what the message signature
    /// covers, as its h= shall name them; empty: the fields that DKIM would sign.
    Sealer(std::string_view header, const Result& chain, dkim::SigningKey key, std::int64_t now,
           std::vector<std::string> fields = {});
    Sealer(Sealer&&) noexcept;
    ~Sealer();

    void body(std::string_view chunk);
    /// In place of body(): as dkim::Signer::body_hash, relaxed.
    void body_hash(const crypto::Sha256Value& hash);

    /// The three fields, to stand before the header; empty when the chain may not be continued (it
    /// already says cv=fail, or has 50 sets, or its verdict is temperror). results: an
    /// Authentication-Results value, "mx.example.org; spf=pass …", without "i=". [RFC8617 5.1]
    std::string finish(std::string_view results, std::string_view line_end);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mn::arc
