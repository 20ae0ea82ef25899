#include "auth/arc.hpp"
#include "auth/arc_relay.hpp"
#include "auth/dkim_record.hpp"
#include "auth/dkim_verify.hpp"
#include "auth/tag_list.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"
#include "list/oneclick.hpp"
#include "list/oneclick_copy.hpp"
#include "list/seal.hpp"
#include "list_fixture.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

using namespace mn;
using namespace mn::list;

namespace
{

constexpr std::int64_t now = 1800000000;

const crypto::PrivateKey& rsa_key()
{
    static const auto key = crypto::PrivateKey::generate(crypto::Algorithm::rsa, 1024);
    return key;
}

const crypto::PrivateKey& ed_key()
{
    static const auto key = crypto::PrivateKey::generate(crypto::Algorithm::ed25519);
    return key;
}

std::string record(const char* selector, const char* domain, const crypto::PrivateKey& key)
{
    std::string line = cat(selector, "._domainkey.", domain, " TXT");
    const std::string text = dkim::key_record(key);
    for (std::size_t at = 0; at < text.size(); at += 200)
        line += cat(" \"", text.substr(at, 200), "\"");
    return line + "\n";
}

std::vector<dkim::SigningKey> keys_of(const std::string& domain)
{
    if (domain == "example.org") return {{&rsa_key(), domain, "r"}, {&ed_key(), domain, "e"}};
    if (domain == "example.net") return {{&rsa_key(), domain, "n"}};
    return {};
}

/// A list whose posts have links, and its keys in the DNS.
class Cats
{
public:
    Cats()
    {
        directory.put("cats/control/listaddress", "cats@example.org\n");
        directory.put("cats/control/oneclick", "https://lists.example.org/u\n");
    }

    /// Signed by these domains, and sealed where there are results.
    std::string sealed(const std::string& post, const std::string& original,
                       const std::vector<std::string>& domains)
    {
        SealSettings settings;
        settings.now = now;
        settings.authserv_id = "mx.example.org";
        for (const std::string& domain : domains)
            for (const auto& key : keys_of(domain))
                settings.keys.push_back(key);
        settings.sealing_key = arc::sealing_key_of(keys_of("example.org"));
        return seal_post(original, post, settings, resolver);
    }

    std::optional<OneClickCopies> copies(const std::string& sealed, std::size_t unsealed_size,
                                         KeysOf keys = keys_of)
    {
        list_ = std::make_unique<List>(directory.path() + "/cats");
        context_.reset(new Context{*list_, texts_, send_, now, std::move(keys)});
        return OneClickCopies::of(*context_, sealed, sealed.size() - unsealed_size);
    }

    /// Of the signatures: those that hold.
    std::vector<std::string> good_signers(const std::string& message)
    {
        const MessageParts parts = split_message(message);
        dkim::Verifier verifier(parts.header, now);
        verifier.body(parts.body);
        std::vector<std::string> good;
        for (const dkim::Result& result : verifier.finish(resolver))
            good.push_back(result.verdict == dkim::Verdict::pass ? result.domain : result.reason);
        return good;
    }

    arc::Result chain(const std::string& message)
    {
        const MessageParts parts = split_message(message);
        arc::Verifier verifier(parts.header, now);
        verifier.body(parts.body);
        return verifier.finish(resolver);
    }

    ListDirectory directory;
    dns::ZoneResolver resolver{record("r", "example.org", rsa_key()) +
                               record("e", "example.org", ed_key()) +
                               record("n", "example.net", rsa_key())};

private:
    std::unique_ptr<List> list_;
    TextDirectories texts_;
    Send send_;
    std::unique_ptr<Context> context_;
};

const std::string post = "From: Ann <ann@example.net>\nTo: cats@example.org\nSubject: hi\n"
                         "Message-ID: <1@example.net>\nList-Id: <cats.example.org>\n"
                         "List-Unsubscribe: <mailto:cats+unsubscribe@example.org>\n\nthe body \n\n";

std::size_t count(const std::string& message, std::string_view name)
{
    std::size_t found = 0;
    for (const HeaderField& field : header_fields(split_message(message).header))
        found += field.is(name) ? 1 : 0;
    return found;
}

/// Does every signature of that name cover this field?
bool all_cover(const std::string& message, std::string_view signature, const std::string& covered)
{
    for (const HeaderField& field : header_fields(split_message(message).header)) {
        if (!field.is(signature)) continue;
        const auto tags = TagList::parse(field.value);
        bool is_there = false;
        for (const std::string_view name : split_colons(tags->value("h").value_or("")))
            is_there = is_there || equal_ignoring_case(trim(name), covered);
        if (!is_there) return false;
    }
    return true;
}

} // namespace

TEST_CASE("list/oneclick_copy: a link for each, which every signature covers")
{
    Cats cats;
    const std::string sealed = cats.sealed(post, post, {"example.org", "example.net"});
    const auto copies = cats.copies(sealed, post.size());
    REQUIRE(copies);
    for (const char* address : {"ann@example.net", "bob@example.com"}) {
        const std::string copy = copies->copy_for(address);
        CHECK(cats.good_signers(copy) ==
              std::vector<std::string>{"example.org", "example.org", "example.net"});
        CHECK(count(copy, "List-Unsubscribe") == 1);
        CHECK(count(copy, "List-Unsubscribe-Post") == 1);
        CHECK(all_cover(copy, "DKIM-Signature", "List-Unsubscribe"));
        CHECK(all_cover(copy, "DKIM-Signature", "List-Unsubscribe-Post"));
        CHECK(copy.ends_with("\n\nthe body \n\n"));
        const List list(cats.directory.path() + "/cats");
        const std::string value(
            unfolded(find_field(split_message(copy).header, "List-Unsubscribe")->value));
        const std::string beginning = "<https://lists.example.org/u/cats/";
        REQUIRE(value.starts_with(beginning));
        const std::string token =
            value.substr(beginning.size(), value.find('>') - beginning.size());
        CHECK(read_oneclick(list, token, now).address == address);
        // Nothing else differs from what all would get.
        CHECK(count(copy, "Subject") == 1);
        CHECK(count(copy, "DKIM-Signature") == 3);
    }
}

TEST_CASE("list/oneclick_copy: sealed anew, over the copy, with what the first seal said")
{
    Cats cats;
    const std::string original =
        "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=ann@example.net;\n"
        " dkim=none; dmarc=pass header.from=example.net\n" +
        post;
    const std::string unsealed = original;
    const std::string sealed = cats.sealed(unsealed, original, {"example.org"});
    REQUIRE(count(sealed, "ARC-Seal") == 1);
    const std::string copy = cats.copies(sealed, unsealed.size())->copy_for("bob@example.com");
    CHECK(count(copy, "ARC-Seal") == 1);
    CHECK(count(copy, "ARC-Authentication-Results") == 1);
    CHECK(cats.chain(copy).verdict == arc::Verdict::pass);
    CHECK(cats.chain(copy).results == cats.chain(sealed).results);
    CHECK(all_cover(copy, "ARC-Message-Signature", "List-Unsubscribe"));
    CHECK(all_cover(copy, "ARC-Message-Signature", "DKIM-Signature"));
    CHECK(cats.good_signers(copy).size() == 2);

    // A second list: its seal goes on from the first.
    const std::string second = cats.sealed(sealed, sealed, {"example.org"});
    REQUIRE(count(second, "ARC-Seal") == 2);
    const std::string next = cats.copies(second, sealed.size())->copy_for("bob@example.com");
    CHECK(count(next, "ARC-Seal") == 2);
    const arc::Result chain = cats.chain(next);
    CHECK(chain.verdict == arc::Verdict::pass);
    CHECK(chain.instances == 2);
}

TEST_CASE("list/oneclick_copy: CRLF stays CRLF, also with a seal")
{
    Cats cats;
    std::string original = "Authentication-Results: mx.example.org; spf=pass;\n"
                           " dmarc=pass header.from=example.net\n" +
                           post;
    for (std::size_t at = 0; (at = original.find('\n', at)) != std::string::npos; at += 2)
        original.replace(at, 1, "\r\n");
    const std::string sealed = cats.sealed(original, original, {"example.org"});
    const std::string copy = cats.copies(sealed, original.size())->copy_for("bob@example.com");
    for (std::size_t at = 0; (at = copy.find('\n', at)) != std::string::npos; ++at)
        CHECK(copy[at - 1] == '\r');
    CHECK(copy.find("\r\r") == std::string::npos);
    CHECK(cats.chain(copy).verdict == arc::Verdict::pass);
    CHECK(cats.good_signers(copy) == std::vector<std::string>{"example.org", "example.org"});
}

TEST_CASE("list/oneclick_copy: none without control/oneclick, or without the keys")
{
    Cats cats;
    const std::string sealed = cats.sealed(post, post, {"example.org"});
    CHECK(cats.copies(sealed, post.size()));
    CHECK_FALSE(cats.copies(sealed, post.size(), {}));
    CHECK_FALSE(cats.copies(sealed, post.size(),
                            [](const std::string&) { return std::vector<dkim::SigningKey>(); }));
    CHECK_FALSE(cats.copies(post, post.size())); // unsigned
    // Not signed by the list, though by somebody.
    const std::string foreign = cats.sealed(post, post, {"example.net"});
    CHECK_FALSE(cats.copies(foreign, post.size()));
    // What the number says is not what is there.
    CHECK_FALSE(cats.copies(sealed, post.size() - 10));
    CHECK_FALSE(cats.copies(sealed, post.size() - 30));
    CHECK_FALSE(cats.copies(sealed, post.size() + 3));
    const std::size_t fold = sealed.find("\n ");
    CHECK_FALSE(cats.copies(sealed, sealed.size() - fold - 1));
    CHECK_FALSE(cats.copies(sealed, 0));

    Cats without;
    std::filesystem::remove(without.directory.path() + "/cats/control/oneclick");
    CHECK_FALSE(without.copies(sealed, post.size()));
}

TEST_CASE("list/oneclick_copy: signatures of others stay where they are")
{
    Cats cats;
    // As if ann's domain had signed it; below ours, so it is none of ours.
    const std::string theirs = "DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=n; h=from;\n"
                               " bh=x; b=y\n" +
                               post;
    const std::string sealed = cats.sealed(theirs, theirs, {"example.org"});
    const std::string copy = cats.copies(sealed, theirs.size())->copy_for("bob@example.com");
    CHECK(count(copy, "DKIM-Signature") == 3);
    CHECK(copy.find("d=example.net; s=n; h=from;\n bh=x; b=y\n") != std::string::npos);
}
