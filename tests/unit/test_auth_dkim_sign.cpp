// What we sign verifies, and what it is there to prevent does not.
#include "auth/body_hash.hpp"
#include "auth/dkim_sign.hpp"
#include "auth/dkim_verify.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"
#include "dns/zone.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::dkim;

namespace
{

constexpr std::int64_t now = 1700000000;

constexpr std::string_view header = "Received: from here by there\n"
                                    "From: Ann <ann@example.org>\n"
                                    "To: joe@example.net\n"
                                    "Subject: a folded\n\tsubject \n"
                                    "Date: Mon, 1 Jan 2024 00:00:00 +0000\n"
                                    "X-Other: not signed\n";
constexpr std::string_view body = "Hello,\n\n  this is \t text. \n\n\n";

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

std::string record(const crypto::PrivateKey& key, std::string_view flags = "")
{
    std::string text = cat(flags, "k=", crypto::algorithm_name(key.algorithm()),
                           "; p=", base64::encode(key.public_bytes()));
    std::string quoted;
    for (std::string_view rest = text; !rest.empty();
         rest.remove_prefix(std::min<std::size_t>(rest.size(), 200)))
        quoted.append(cat(" \"", rest.substr(0, 200), "\""));
    return quoted;
}

std::string zone()
{
    return cat("r._domainkey.example.org TXT", record(rsa_key()), "\ne._domainkey.example.org TXT",
               record(ed_key()), "\n");
}

std::vector<SigningKey> both_keys()
{
    return {{&rsa_key(), "example.org", "r"}, {&ed_key(), "example.org", "e"}};
}

std::string sign(std::string_view fields, std::string_view text, SigningOptions options = {},
                 std::string_view line_end = "\n")
{
    Signer signer(fields, both_keys(), now, std::move(options));
    signer.body(text.substr(0, text.size() / 2));
    signer.body(text.substr(text.size() / 2));
    return signer.finish(line_end);
}

std::vector<Result> verify(std::string_view fields, std::string_view text, std::string_view records,
                           std::int64_t when = now)
{
    dns::ZoneResolver resolver(records);
    Verifier verifier(fields, when);
    verifier.prefetch_keys(resolver);
    verifier.body(text);
    return verifier.finish(resolver);
}

std::string verdicts(const std::vector<Result>& results)
{
    std::string text;
    for (const Result& result : results)
        text.append(cat(text.empty() ? "" : " ", verdict_name(result.verdict)));
    return text;
}

std::string verdicts(std::string_view fields, std::string_view text)
{
    return verdicts(verify(fields, text, zone()));
}

std::string replaced(std::string_view text, std::string_view what, std::string_view with)
{
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string_view::npos);
    return cat(text.substr(0, at), with, text.substr(at + what.size()));
}

std::string crlf(std::string_view text)
{
    std::string result;
    for (const char c : text)
        result.append(c == '\n' ? "\r\n" : std::string(1, c));
    return result;
}

} // namespace

TEST_CASE("auth/dkim_sign: two keys, all four canonical forms, LF and CRLF")
{
    for (const auto header_form : {Canonicalization::simple, Canonicalization::relaxed})
        for (const auto body_form : {Canonicalization::simple, Canonicalization::relaxed}) {
            SigningOptions options;
            options.header = header_form;
            options.body = body_form;
            const std::string fields = sign(header, body, options);
            CHECK(verdicts(cat(fields, header), body) == "pass pass");
            CHECK(verdicts(crlf(cat(fields, header)), crlf(body)) == "pass pass");
            CHECK(sign(crlf(header), crlf(body), options, "\r\n") != fields);
            CHECK(verdicts(cat(fields, header), cat(body, "more")) == "fail fail");
            CHECK(verdicts(cat(fields, replaced(header, "joe@", "jim@")), body) == "fail fail");
        }
}

TEST_CASE("auth/dkim_sign: Ed25519 is deterministic: LF and CRLF give the same signature")
{
    const auto one = [](std::string_view fields, std::string_view text) {
        Signer signer(fields, {{&ed_key(), "example.org", "e"}}, now);
        signer.body(text);
        return signer.finish("\n");
    };
    CHECK(one(header, body) == one(crlf(header), crlf(body)));
}

TEST_CASE("auth/dkim_sign: what the results say")
{
    const auto results = verify(cat(sign(header, body), header), body, zone());
    REQUIRE(results.size() == 2);
    CHECK(results[0].domain == "example.org");
    CHECK(results[0].identity == "@example.org");
    CHECK(results[0].selector == "r");
    CHECK(results[0].algorithm == "rsa-sha256");
    CHECK(results[0].key_bits == 1024);
    CHECK(results[0].signature_start.size() == 8);
    CHECK(results[0].reason.empty());
    CHECK(!results[0].is_testing);
    CHECK(results[1].algorithm == "ed25519-sha256");
    CHECK(results[1].key_bits == 256);
}

TEST_CASE("auth/dkim_sign: the fields are short and well-formed")
{
    const std::string fields = sign(header, body);
    for (const std::string_view line : split(fields, '\n'))
        CHECK(line.size() <= 77);
    const auto list = header_fields(fields);
    REQUIRE(list.size() == 2);
    CHECK(
        unfolded(list[0].value)
            .starts_with("v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=r; t=1700000000; "
                         "h=From:From:To:To:Cc:Subject:Subject:Date:Date:Reply-To:"));
    CHECK(fields.find("X-Other") == std::string::npos);
}

TEST_CASE("auth/dkim_sign: nobody can add a field that misleads")
{
    const std::string message = cat(sign(header, body), header);
    REQUIRE(verdicts(message, body) == "pass pass");
    for (const std::string_view field :
         {"From: boss@example.org", "To: all@example.org", "Cc: all@example.org", "Subject: Pay!",
          "Date: Tue, 2 Jan 2024 00:00:00 +0000", "Reply-To: thief@example.com",
          "MIME-Version: 1.0", "Content-Type: text/html", "Content-Transfer-Encoding: base64"}) {
        CHECK_MESSAGE(verdicts(cat(field, "\n", message), body) == "fail fail", field);
        CHECK_MESSAGE(verdicts(cat(message, field, "\n"), body) == "fail fail", field);
    }
    // What mail servers and lists add all the time does no harm.
    for (const std::string_view field :
         {"Received: from elsewhere", "List-Id: <l.example.net>", "Message-ID: <1@example.net>",
          "Sender: list@example.net", "Resent-From: joe@example.net", "X-Spam: no"})
        CHECK_MESSAGE(verdicts(cat(field, "\n", message), body) == "pass pass", field);
}

TEST_CASE("auth/dkim_sign: one From field, or nothing is signed")
{
    for (const std::string_view fields :
         {"To: a@example.org\n", "From: a@x.org\nFROM: b@x.org\n"}) {
        try {
            sign(fields, body);
            FAIL("signed");
        } catch (const Error& error) {
            CHECK(error.status() == "5.6.0");
        }
    }
}

TEST_CASE("auth/dkim_sign: x= is an end")
{
    SigningOptions options;
    options.expires_after = 60;
    const std::string message = cat(sign(header, body, options), header);
    CHECK(verdicts(verify(message, body, zone(), now + 60)) == "pass pass");
    CHECK(verdicts(verify(message, body, zone(), now + 61)) == "fail fail");
    CHECK(verdicts(verify(message, body, zone(), now - 100000)) == "fail fail");
}

TEST_CASE("auth/dkim_verify: keys that are not there, in test or for others")
{
    const std::string message = cat(sign(header, body), header);
    CHECK(verdicts(verify(message, body, "")) == "permerror permerror");
    CHECK(verdicts(verify(message, body, "_domainkey.example.org TXT \"\"")) ==
          "permerror permerror");
    const auto slow = verify(message, body,
                             cat("r._domainkey.example.org TIMEOUT\n"
                                 "e._domainkey.example.org TXT",
                                 record(ed_key(), "v=DKIM1; t=y; "), "\n"));
    CHECK(verdicts(slow) == "temperror pass");
    CHECK(slow[1].is_testing);
    // A changed body fails whatever the DNS does.
    CHECK(verdicts(verify(message, "other", "r._domainkey.example.org TIMEOUT\n")) == "fail fail");
}

TEST_CASE("auth/dkim_verify: signatures that are none")
{
    const std::string signature = sign(header, body);
    const auto verdict = [&](std::string_view what, std::string_view with) {
        const auto results = verify(cat(replaced(signature, what, with), header), body, zone());
        return cat(verdict_name(results[0].verdict), ": ", results[0].reason);
    };
    const auto begins = [](const std::string& text, std::string_view start) {
        CHECK_MESSAGE(text.starts_with(start), text);
    };
    begins(verdict("v=1", "v=2"), "permerror: malformed signature: v=");
    begins(verdict("v=1;", ""), "permerror: malformed signature: v=");
    begins(verdict("v=1;", "v=1;;"), "permerror: malformed signature: not a list");
    begins(verdict("rsa-sha256", "rsa-sha1"), "policy: rsa-sha1");
    begins(verdict("rsa-sha256", "rsa-md5"), "permerror: malformed signature: unknown algorithm");
    begins(verdict("rsa-sha256", "ed25519-sha256"), "permerror: the key is for another");
    begins(verdict("relaxed/relaxed", "nofws"), "permerror: malformed signature: unknown canon");
    begins(verdict("d=example.org", "d=example..org"), "permerror: malformed signature: d=");
    begins(verdict("d=example.org", "d=example.com"), "permerror: no key");
    begins(verdict("s=r", "s=r/r"), "permerror: malformed signature: s=");
    begins(verdict("h=From:From:", "h="), "permerror: the From field");
    begins(verdict("bh=", "bh=AA"), "permerror: malformed signature: bh=");
    begins(verdict(" bh=", " bx="), "permerror: malformed signature: no bh=");
    begins(verdict("b=", "b=!"), "permerror: malformed signature: b=");
    begins(verdict("v=1;", "v=1; q=dns/other;"), "permerror: malformed signature: no known way");
    begins(verdict("v=1;", "v=1; i=ann@example.com;"), "permerror: i= is not of");
    begins(verdict("v=1;", "v=1; i=ann@evilexample.org;"), "permerror: i= is not of");
    begins(verdict("v=1;", "v=1; i=example.org;"), "permerror: i= is not of");
    begins(verdict("v=1;", "v=1; l=-1;"), "permerror: malformed signature: l=");
    begins(verdict("t=1700000000", "t=17e8"), "permerror: malformed signature: t=");
    begins(verdict("v=1;", "v=1; x=1600000000;"), "permerror: malformed signature: it expired");
    // Well-formed, but not what was signed.
    begins(verdict("v=1;", "v=1; i=ann@sub.Example.Org;"), "fail: signature did not verify");
    begins(verdict("v=1;", "v=1; l=5;"), "fail: body hash");
    begins(verdict("v=1;", "v=1; l=99999;"), "fail: the body is shorter");
}

TEST_CASE("auth/dkim_verify: ten signatures are looked at, the topmost")
{
    const std::string signature = sign(header, body);
    std::string many;
    for (int i = 0; i < 20; ++i)
        many.append("DKIM-Signature: v=1; a=rsa-sha256; nonsense\n");
    CHECK(verify(cat(many, signature, header), body, zone()).size() == max_signatures);
    CHECK(verdicts(cat(signature, many, header), body).starts_with("pass pass permerror"));
}

TEST_CASE("auth/dkim_verify: long headers take linear time")
{
    std::string fields(header);
    for (int i = 0; i < 40000; ++i)
        fields.append("Subject: x\n");
    const std::string signature = sign(fields, body);
    CHECK(verdicts(cat(signature, fields), body) == "pass pass");
    const std::string folded = cat(header, "Cc: a", std::string(500000, '\t'), "\n", "X:\n",
                                   std::string(500000, ' '), "x\n");
    CHECK(verdicts(cat(sign(folded, body), folded), body) == "pass pass");
}

TEST_CASE("auth/dkim_verify: different signatures that begin alike are told apart")
{
    const std::string one = "DKIM-Signature: b=AAAAAAAAAAAAAAAA; v=1\n";
    const std::string two = "DKIM-Signature: b=AAAAAAAAAAAAABAA; v=1\n";
    const auto results = verify(cat(one, two, one), body, "");
    CHECK(results[0].signature_start == "AAAAAAAAAAAAAA");
    CHECK(results[1].signature_start == "AAAAAAAAAAAAAB");
    CHECK(results[2].signature_start == results[0].signature_start);
}

TEST_CASE("auth/dkim_sign: one body under several headers is hashed once")
{
    dkim::BodyHashes hashes;
    hashes.add(dkim::Canonicalization::relaxed, std::nullopt);
    hashes.update(body);
    hashes.finish();
    for (const auto& key : both_keys()) {
        dkim::Signer with_body(header, {key}, 1700000000);
        with_body.body(body);
        dkim::Signer with_hash(header, {key}, 1700000000);
        with_hash.body_hash(hashes.value(0));
        CHECK(with_hash.finish("\n") == with_body.finish("\n"));
    }
}
