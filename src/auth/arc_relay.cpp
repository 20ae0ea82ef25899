#include "auth/arc_relay.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::arc
{

Result verify(std::string_view header, const ReadBody& read_body, std::int64_t now,
              dns::Resolver& resolver)
{
    Verifier verifier(header, now);
    verifier.prefetch_keys(resolver);
    read_body([&](std::string_view chunk) { verifier.body(chunk); });
    return verifier.finish(resolver);
}

authres::Results with_chain(authres::Results results, const Result& chain)
{
    const auto& methods = results.methods;
    const bool is_there = std::any_of(methods.begin(), methods.end(),
                                      [](const auto& method) { return method.method == "arc"; });
    if (!is_there && chain.verdict != Verdict::none)
        results.methods.push_back({"arc", std::string(verdict_name(chain.verdict)), {}, {}, {}});
    return results;
}

dkim::SigningKey sealing_key_of(const std::vector<dkim::SigningKey>& keys)
{
    for (const dkim::SigningKey& key : keys)
        if (key.key->algorithm() == crypto::Algorithm::rsa) return key;
    return keys.empty() ? dkim::SigningKey() : keys.front();
}

std::string seal(std::string_view header, const ReadBody& read_body, const Result& chain,
                 const dkim::SigningKey& key, std::int64_t now, const authres::Results& results)
{
    Sealer sealer(header, chain, key, now);
    read_body([&](std::string_view chunk) { sealer.body(chunk); });
    std::string fields = sealer.finish(authres::write(results), line_end_of(header));
    if (fields.empty()) log::info(cat("not sealed: the chain may not go on, ", chain.reason));
    return fields;
}

} // namespace mn::arc
