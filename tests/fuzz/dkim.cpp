// auth/dkim_verify: any message can be judged; auth/dkim_sign: whatever we sign, verifies.
#include "fuzz.hpp"

#include "auth/dkim_sign.hpp"
#include "auth/dkim_verify.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"
#include "dns/zone.hpp"
#include "message/header.hpp"

namespace
{

using namespace mn;

std::vector<dkim::Result> verify(std::string_view header, std::string_view body,
                                 dns::Resolver& resolver)
{
    dkim::Verifier verifier(header, 1700000000);
    verifier.prefetch_keys(resolver);
    verifier.body(body.substr(0, body.size() / 2));
    verifier.body(body.substr(body.size() / 2));
    return verifier.finish(resolver);
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
    const auto results = verify(parts.header, parts.body, resolver);
    promise(results.size() <= dkim::max_signatures);
    for (const dkim::Result& result : results) {
        // Nobody has the private key.
        promise(result.verdict != dkim::Verdict::pass && result.verdict != dkim::Verdict::none);
        for (const std::string& text : {result.domain, result.identity, result.selector,
                                        result.algorithm, result.signature_start, result.reason})
            promise(std::none_of(text.begin(), text.end(), is_control));
    }
    dkim::SigningOptions options;
    options.header =
        input.size() & 1 ? dkim::Canonicalization::simple : dkim::Canonicalization::relaxed;
    options.body =
        input.size() & 2 ? dkim::Canonicalization::simple : dkim::Canonicalization::relaxed;
    try {
        dkim::Signer signer(parts.header, {{&key, "example.org", "x"}}, 1700000000, options);
        signer.body(parts.body);
        const std::string header = cat(signer.finish(line_end_of(input)), parts.header);
        promise(verify(header, parts.body, resolver).front().verdict == dkim::Verdict::pass);
    } catch (const Error& error) {
        promise(error.status() == "5.6.0");
    }
}
