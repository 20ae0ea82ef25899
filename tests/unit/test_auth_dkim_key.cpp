#include "auth/dkim_key.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"
#include "dns/zone.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::dkim;
using crypto::Algorithm;

namespace
{

// RSA with 1024 bits as a bare RSAPublicKey; with 512 as SubjectPublicKeyInfo;
// the Ed25519 key of [RFC8463 A.2].
constexpr std::string_view bare =
    "MIGJAoGBALVI635dLK4cJJAH3Lx6upo3X/Lm1tQz3mezcWTA3BUBnyIsdnRf57aD5BtNmhPrYYDlWlzw3UgnKisIxktk"
    "k5+iMQMlFtAS10JB8L3YadXNJY+JBcbeSi5TgJe4WFzNgW95FWDAuSTRXSWZfA/8xjflbTLDx0euFZOM7C4T0GwLAgMB"
    "AAE=";
constexpr std::string_view small = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAIWmlgix/84GJ+dfgjm7LTc9EPdfk"
                                   "ftlgiPpCq4/kbDAZmU0VvYKDljjleJ1dfvS+CGy9U/kk1tG3EeEvb82xAcCAw"
                                   "EAAQ==";
constexpr std::string_view ed = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

KeyAnswer rsa(std::string_view record)
{
    return parse_key_record(record, Algorithm::rsa);
}

} // namespace

TEST_CASE("auth/dkim_key: keys in both clothes, with and without ornament")
{
    for (const std::string& record :
         {cat("p=", bare), cat("v=DKIM1; k=rsa; h=sha1:sha256; s=email; n=note; p=", bare, ";"),
          cat("v=DKIM1;s=*;x=y;p=", bare.substr(0, 50), " \t", bare.substr(50))}) {
        const KeyAnswer answer = rsa(record);
        CHECK_MESSAGE(answer.verdict == Verdict::none, answer.reason);
        REQUIRE(answer.key);
        CHECK(answer.key->bits() == 1024);
        CHECK(!answer.is_testing);
        CHECK(!answer.wants_same_domain);
    }
    CHECK(parse_key_record(cat("k=ed25519; p=", ed), Algorithm::ed25519).key);
    const KeyAnswer flags = rsa(cat("t=y:s:other; p=", bare));
    CHECK(flags.is_testing);
    CHECK(flags.wants_same_domain);
}

TEST_CASE("auth/dkim_key: records that are of no use, and why")
{
    const auto check = [](std::string_view record, Verdict verdict, std::string_view reason) {
        const KeyAnswer answer = rsa(record);
        CHECK_MESSAGE(answer.verdict == verdict, record);
        CHECK_MESSAGE(answer.reason.find(reason) != std::string::npos, answer.reason);
    };
    check("", Verdict::permerror, "malformed");
    check("v=spf1 -all", Verdict::permerror, "version");
    check(cat("v=DKIM2; p=", bare), Verdict::permerror, "version");
    check(cat("k=rsa; v=DKIM1; p=", bare), Verdict::permerror, "version");
    check(cat("v=DKIM1; p=", bare, "; p=", bare), Verdict::permerror, "malformed");
    check(cat("k=ed25519; p=", ed), Verdict::permerror, "another algorithm");
    check(cat("h=sha1; p=", bare), Verdict::permerror, "SHA-256");
    check(cat("s=tlsrpt; p=", bare), Verdict::permerror, "not for mail");
    check("v=DKIM1; k=rsa", Verdict::permerror, "no key");
    check("v=DKIM1; p=", Verdict::permerror, "revoked");
    check("v=DKIM1; p=!!!!", Verdict::permerror, "base64");
    check("v=DKIM1; p=AAAA", Verdict::permerror, "damaged");
    check(cat("p=", small), Verdict::policy, "512 bits is too small");
}

TEST_CASE("auth/dkim_key: what the DNS says")
{
    dns::ZoneResolver resolver(cat("good._domainkey.example.org TXT \"p=", bare,
                                   "\"\ngone._domainkey.example.org TXT \"p=\"\n"
                                   "two._domainkey.example.org TXT \"hello\"\n"
                                   "two._domainkey.example.org TXT \"p=",
                                   bare, "\"\nslow._domainkey.example.org TIMEOUT\n"));
    const auto find = [&](std::string_view selector) {
        return find_key(selector, "example.org", Algorithm::rsa, resolver);
    };
    CHECK(find("good").verdict == Verdict::none);
    CHECK(find("two").verdict == Verdict::none);
    CHECK(find("gone").verdict == Verdict::permerror);
    CHECK(find("missing").reason == "no key for signature");
    CHECK(find("missing").verdict == Verdict::permerror);
    CHECK(find("slow").verdict == Verdict::temperror);
}

TEST_CASE("auth/dkim_key: an RSA key has at most 4096 bits")
{
    // An RSAPublicKey by hand: a modulus of ones, so that nobody has to look for primes.
    const auto record = [](std::size_t bytes) {
        std::string modulus(bytes + 1, '\xff');
        modulus.front() = '\0';
        const auto length = [](std::size_t value) {
            return std::string{'\x82', static_cast<char>(value >> 8), static_cast<char>(value)};
        };
        const std::string numbers =
            cat("\x02", length(modulus.size()), modulus, std::string("\x02\x03\x01\x00\x01", 5));
        return cat("p=", base64::encode(cat("\x30", length(numbers.size()), numbers)));
    };
    CHECK(rsa(record(512)).verdict == Verdict::none);
    const KeyAnswer answer = rsa(record(513));
    CHECK(answer.verdict == Verdict::policy);
    CHECK(answer.reason == "an RSA key of 4104 bits is too big");
}
