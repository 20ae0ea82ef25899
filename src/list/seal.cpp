#include "list/seal.hpp"

#include "auth/arc_relay.hpp"
#include "message/header.hpp"

namespace mn::list
{
namespace
{

arc::ReadBody reader_of(std::string_view body)
{
    return [body](const auto& use) { use(body); };
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
    const arc::Result chain =
        arc::verify(came.header, reader_of(came.body), settings.now, resolver);
    auto results = authres::find(came.header, settings.authserv_id);
    if (!results && chain.verdict == arc::Verdict::none)
        return post; // it was written here, and our signature says so
    if (!results) results = authres::Results{settings.authserv_id, {}};
    const MessageParts parts = split_message(post);
    results = arc::with_chain(std::move(*results), chain);
    return post.insert(0, arc::seal(parts.header, reader_of(parts.body), chain,
                                    settings.sealing_key, settings.now, *results));
}

} // namespace mn::list
