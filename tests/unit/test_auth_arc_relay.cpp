#include "auth/arc_relay.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"
#include "dns/zone.hpp"

#include <doctest/doctest.h>

using namespace mn;

namespace
{

constexpr std::int64_t now = 1700000000;
constexpr std::string_view body = "Hello\n\nAnn\n";

const dkim::SigningKey& our_key()
{
    static const auto key = crypto::PrivateKey::generate(crypto::Algorithm::ed25519);
    static const dkim::SigningKey ours{&key, "lists.example.org", "s"};
    return ours;
}

/// In pieces of one byte.
arc::ReadBody reader_of(std::string_view text)
{
    return [text](const auto& use) {
        for (const char& c : text)
            use(std::string_view(&c, 1));
    };
}

arc::Result verify(std::string_view header, std::string_view text = body)
{
    dns::ZoneResolver resolver(cat("s._domainkey.lists.example.org TXT \"k=ed25519; p=",
                                   base64::encode(our_key().key->public_bytes()), "\"\n"));
    return arc::verify(header, reader_of(text), now, resolver);
}

std::string seal(std::string_view header, const arc::Result& chain)
{
    const authres::Results results{"mx.example.org", {{"spf", "pass", {}, {}, {}}}};
    return arc::seal(header, reader_of(body), chain, our_key(), now,
                     arc::with_chain(results, chain));
}

} // namespace

TEST_CASE("auth/arc_relay: the chain begins, and goes on at the next hop")
{
    std::string header = "From: ann@example.org\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n";
    CHECK(verify(header).verdict == arc::Verdict::none);
    header.insert(0, seal(header, verify(header)));
    const arc::Result first = verify(header);
    CHECK(first.verdict == arc::Verdict::pass);
    CHECK(first.results == std::vector<std::string>{"mx.example.org; spf=pass"});
    header.insert(0, seal(header, first));
    const arc::Result second = verify(header);
    CHECK(second.verdict == arc::Verdict::pass);
    CHECK(second.instances == 2);
    REQUIRE(second.results.size() == 2);
    CHECK(second.results[1].find("arc=pass") != std::string::npos);
}

TEST_CASE("auth/arc_relay: the line ends of the seal are those of the header")
{
    const std::string header = "From: ann@example.org\r\n";
    const std::string fields = seal(header, verify(header));
    CHECK(fields.ends_with("\r\n"));
    CHECK(verify(cat(fields, header)).verdict == arc::Verdict::pass);
}

TEST_CASE("auth/arc_relay: a chain that does not hold is sealed as failed, and then no more")
{
    std::string header = "From: ann@example.org\n";
    header.insert(0, seal(header, verify(header)));
    const arc::Result broken = verify(header, "Hello\n\nEve\n");
    CHECK(broken.verdict == arc::Verdict::fail);
    header.insert(0, seal(header, broken));
    CHECK(header.find("cv=fail") != std::string::npos);
    CHECK(seal(header, verify(header)).empty());
}

TEST_CASE("auth/arc_relay: we seal with the first RSA key, else with the first")
{
    static const auto rsa = crypto::PrivateKey::generate(crypto::Algorithm::rsa, 1024);
    const dkim::SigningKey& ed = our_key();
    const auto selector = [](const std::vector<dkim::SigningKey>& keys) {
        return arc::sealing_key_of(keys).selector;
    };
    CHECK(selector({ed, {&rsa, "example.org", "r1"}, {&rsa, "example.org", "r2"}}) == "r1");
    CHECK(selector({ed, {ed.key, "example.org", "e2"}}) == "s");
    CHECK(arc::sealing_key_of({}).key == nullptr);
}

TEST_CASE("auth/arc_relay: the chain is said once among the results, if there is one")
{
    const authres::Results nothing{"mx.example.org", {}};
    arc::Result chain;
    CHECK(arc::with_chain(nothing, chain).methods.empty());
    chain.verdict = arc::Verdict::fail;
    const authres::Results once = arc::with_chain(nothing, chain);
    CHECK(authres::write(once).find("arc=fail") != std::string::npos);
    CHECK(once.authserv_id == "mx.example.org");
    CHECK(arc::with_chain(once, chain).methods.size() == 1);
}
