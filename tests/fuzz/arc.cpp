// auth/arc: any chain can be judged; a good one that we continue is still good, a broken one is
// not.
#include "fuzz.hpp"

#include "auth/arc.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"
#include "dns/zone.hpp"
#include "message/header.hpp"

namespace
{

using namespace mn;

arc::Result verify(std::string_view header, std::string_view body, dns::Resolver& resolver)
{
    arc::Verifier verifier(header, 1700000000);
    verifier.prefetch_keys(resolver);
    verifier.body(body);
    return verifier.finish(resolver);
}

std::string sealed(std::string_view header, std::string_view body, const arc::Result& chain,
                   const crypto::PrivateKey& key)
{
    arc::Sealer sealer(header, chain, {&key, "example.org", "x"}, 1700000000);
    sealer.body(body);
    return cat(sealer.finish("mx.example.org; spf=pass", "\r\n"), header);
}

} // namespace

void fuzz(std::string_view input)
{
    static const auto key = crypto::PrivateKey::generate(crypto::Algorithm::ed25519);
    static const std::string zone =
        cat("x._domainkey.example.org TXT \"k=ed25519; p=", base64::encode(key.public_bytes()),
            "\"\nx._domainkey.example.com TXT \"p=\"\nx._domainkey.example.net TIMEOUT\n");
    dns::ZoneResolver resolver(zone);
    const MessageParts parts = split_message(input);
    const arc::Result chain = verify(parts.header, parts.body, resolver);
    promise(chain.verdict != arc::Verdict::pass && chain.instances <= 50);
    promise(std::none_of(chain.reason.begin(), chain.reason.end(), is_control));
    // A first line that is folded would continue our last field.
    if (parts.header.starts_with(' ') || parts.header.starts_with('\t')) return;
    std::string header(parts.header);
    for (unsigned i = 0; i < 2; ++i) {
        const arc::Result before = verify(header, parts.body, resolver);
        header = sealed(header, parts.body, before, key);
        const arc::Result after = verify(header, parts.body, resolver);
        const bool is_good = chain.verdict == arc::Verdict::none;
        promise((after.verdict == arc::Verdict::pass) == is_good);
        promise(!is_good || (after.instances == i + 1 && after.oldest_pass == 0));
    }
}
