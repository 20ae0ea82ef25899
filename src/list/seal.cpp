#include "list/seal.hpp"

#include "auth/arc.hpp"
#include "auth/authres.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

/// What we know of it, as an Authentication-Results value; nothing when that is nothing at all.
std::optional<std::string> known_results(std::string_view header, const std::string& authserv_id,
                                         const arc::Result& chain)
{
    const auto found = authres::find(header, authserv_id);
    if (!found && chain.verdict == arc::Verdict::none) return std::nullopt;
    authres::Results results = found.value_or(authres::Results{authserv_id, {}});
    const bool has_arc =
        std::any_of(results.methods.begin(), results.methods.end(),
                    [](const authres::Method& method) { return method.method == "arc"; });
    if (!has_arc && chain.verdict != arc::Verdict::none)
        results.methods.push_back(
            {"arc", std::string(arc::verdict_name(chain.verdict)), {}, {}, {}});
    return authres::write(results);
}

arc::Result chain_of(const MessageParts& original, std::int64_t now, dns::Resolver& resolver)
{
    arc::Verifier verifier(original.header, now);
    verifier.prefetch_keys(resolver);
    verifier.body(original.body);
    return verifier.finish(resolver);
}

std::string signatures(std::string_view header, std::string_view body, const SealSettings& settings)
{
    dkim::Signer signer(header, settings.keys, settings.now);
    signer.body(body);
    return signer.finish(line_end_of(header));
}

} // namespace

std::string seal_post(std::string_view original, std::string post, const SealSettings& settings,
                      dns::Resolver& resolver)
{
    if (!settings.keys.empty()) {
        const MessageParts parts = split_message(post);
        post.insert(0, signatures(parts.header, parts.body, settings));
    }
    if (settings.sealing_key.key == nullptr || settings.authserv_id.empty()) return post;
    const MessageParts came = split_message(original);
    const arc::Result chain = chain_of(came, settings.now, resolver);
    const auto results = known_results(came.header, settings.authserv_id, chain);
    if (!results) return post; // it was written here, and our signature says so
    const MessageParts parts = split_message(post);
    arc::Sealer sealer(parts.header, chain, settings.sealing_key, settings.now);
    sealer.body(parts.body);
    const std::string seal = sealer.finish(*results, line_end_of(parts.header));
    if (seal.empty()) log::info(cat("not sealed: the chain may not go on, ", chain.reason));
    return post.insert(0, seal);
}

} // namespace mn::list
