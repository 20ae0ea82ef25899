#include "base/error.hpp"
#include "crypto/base64.hpp"
#include "crypto/key.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::crypto;

namespace
{

// [RFC6376 C]
const char rsa_1024[] = R"(-----BEGIN RSA PRIVATE KEY-----
MIICXwIBAAKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFC
jxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gb
to/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB
AoGBALmn+XwWk7akvkUlqb+dOxyLB9i5VBVfje89Teolwc9YJT36BGN/l4e0l6QX
/1//6DWUTB3KI6wFcm7TWJcxbS0tcKZX7FsJvUz1SbQnkS54DJck1EZO/BLa5ckJ
gAYIaqlA9C0ZwM6i58lLlPadX/rtHb7pWzeNcZHjKrjM461ZAkEA+itss2nRlmyO
n1/5yDyCluST4dQfO8kAB3toSEVc7DeFeDhnC1mZdjASZNvdHS4gbLIA1hUGEF9m
3hKsGUMMPwJBAPW5v/U+AWTADFCS22t72NUurgzeAbzb1HWMqO4y4+9Hpjk5wvL/
eVYizyuce3/fGke7aRYw/ADKygMJdW8H/OcCQQDz5OQb4j2QDpPZc0Nc4QlbvMsj
7p7otWRO5xRa6SzXqqV3+F0VpqvDmshEBkoCydaYwc2o6WQ5EBmExeV8124XAkEA
qZzGsIxVP+sEVRWZmW6KNFSdVUpk3qzK0Tz/WjQMe5z0UunY9Ax9/4PVhp/j61bf
eAYXunajbBSOLlx4D+TunwJBANkPI5S9iylsbLs6NkaMHV6k5ioHBBmgCak95JGX
GMot/L2x0IYyMLAz6oLWh2hm7zwtb0CgOrPo1ke44hFYnfc=
-----END RSA PRIVATE KEY-----
)";
const char rsa_1024_public[] =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFC"
    "jxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9"
    "tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";
const char rsa_abc[] =
    "h/CryLw8094aFhHCPf9ZbiHo8fT/MHsLdSfmS97jmsaObXhBvOgO2yHxPlSeLgUTLJ00LoJEe94VMYPMQ3t05CY+"
    "tdJZkY7k0OqE7AAVzTZy984Kd7AlF2g5Y78GwPUf74rdGVhRLPOEcNqzxEbvCELUdJKuA20WO/k+ejKiUXI=";

// An RSAPublicKey without the algorithm around it, as old records have it.
const char bare_rsa_public[] =
    "MIGJAoGBALVI635dLK4cJJAH3Lx6upo3X/Lm1tQz3mezcWTA3BUBnyIsdnRf57aD5BtNmhPrYYDlWlzw3UgnKisIxktk"
    "k5+iMQMlFtAS10JB8L3YadXNJY+JBcbeSi5TgJe4WFzNgW95FWDAuSTRXSWZfA/8xjflbTLDx0euFZOM7C4T0GwLAgMB"
    "AAE=";

// [RFC8463 A.2], which is the first key of [RFC8032 7.1].
const char ed25519[] = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
)";
const char ed25519_public[] = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const char ed25519_abc[] =
    "CW9VadgH7orHsZE9pwzwqrM1wlj0uUyPIQ3RQel0OSfI0aazeIcqcslEbB915tx7Le+YvQwhS+ZwbUh5H1doCg==";

const char elliptic_curve[] = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmVHWAG6yyIVTPW48
8XByROjKJUyL+iF/wSm7QnsOcdGhRANCAATQeyUkHgfta4TCkzSnmzOcvk9lmoiE
lZjg0PaZnUxVCfsRjbRienSXUmQM9uaR36LGopuT8aF3Ljd6xpWV78kL
-----END PRIVATE KEY-----
)";

const char encrypted[] = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgSCxWCLsAJDwICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEOMWCuEZE09TEQfLWkfrLrMEQNa/
mP+r2I52f027UGANGOvAx3rtaW3ENSvVU/PFRW17G7YglSDCmcAzD6OaPiy6e8V0
37T3N2zgBIuFB0CKLtU=
-----END ENCRYPTED PRIVATE KEY-----
)";

std::string bytes(const char* text)
{
    return base64::decode(text).value();
}

std::string refusal(std::string_view pem)
{
    try {
        PrivateKey::from_pem(pem);
    } catch (const Error& error) {
        CHECK(error.status() == "4.3.5");
        return error.detail();
    }
    return "accepted";
}

} // namespace

TEST_CASE("crypto/key: the RSA key of RFC 6376")
{
    const PrivateKey key = PrivateKey::from_pem(rsa_1024);
    CHECK(key.algorithm() == Algorithm::rsa);
    CHECK(key.bits() == 1024);
    CHECK(base64::encode(key.public_bytes()) == rsa_1024_public);
    CHECK(base64::encode(key.sign(sha256("abc"))) == rsa_abc);
    const auto published = PublicKey::from_rsa_der(bytes(rsa_1024_public));
    REQUIRE(published);
    CHECK(published->verify(sha256("abc"), bytes(rsa_abc)));
    CHECK(published->bits() == 1024);
    CHECK(published->algorithm() == Algorithm::rsa);
}

TEST_CASE("crypto/key: the Ed25519 key of RFC 8032")
{
    const PrivateKey key = PrivateKey::from_pem(ed25519);
    CHECK(key.algorithm() == Algorithm::ed25519);
    CHECK(key.bits() == 256);
    CHECK(base64::encode(key.public_bytes()) == ed25519_public);
    CHECK(base64::encode(key.sign(sha256("abc"))) == ed25519_abc);
    const auto published = PublicKey::from_ed25519(bytes(ed25519_public));
    REQUIRE(published);
    CHECK(published->verify(sha256("abc"), bytes(ed25519_abc)));
    CHECK(published->bits() == 256);
    CHECK(published->algorithm() == Algorithm::ed25519);
}

TEST_CASE("crypto/key: a public key without SubjectPublicKeyInfo around it")
{
    const auto key = PublicKey::from_rsa_der(bytes(bare_rsa_public));
    REQUIRE(key);
    CHECK(key->bits() == 1024);
}

TEST_CASE("crypto/key: another digest, another key, a damaged or short signature: false")
{
    for (const char* pem : {rsa_1024, ed25519}) {
        const PrivateKey key = PrivateKey::from_pem(pem);
        const PublicKey published = key.public_key();
        const PublicKey other = PrivateKey::generate(key.algorithm(), 1024).public_key();
        const std::string signature = key.sign(sha256("abc"));
        CHECK(published.verify(sha256("abc"), signature));
        CHECK_FALSE(published.verify(sha256("abd"), signature));
        CHECK_FALSE(other.verify(sha256("abc"), signature));
        CHECK_FALSE(published.verify(sha256("abc"), ""));
        CHECK_FALSE(published.verify(sha256("abc"), signature + '\0'));
        for (std::size_t i = 0; i < signature.size(); i += 7) {
            std::string damaged = signature;
            damaged[i] = static_cast<char>(damaged[i] ^ 1);
            CHECK_FALSE(published.verify(sha256("abc"), damaged));
            CHECK_FALSE(published.verify(sha256("abc"), signature.substr(0, i)));
        }
    }
}

TEST_CASE("crypto/key: what is no public key is none, however it is cut")
{
    const std::string der = bytes(rsa_1024_public);
    for (std::size_t size = 0; size < der.size(); ++size)
        CHECK_FALSE(PublicKey::from_rsa_der(der.substr(0, size)));
    CHECK_FALSE(PublicKey::from_rsa_der(der + '\0'));
    CHECK_FALSE(PublicKey::from_rsa_der("hello"));
    CHECK_FALSE(PublicKey::from_ed25519(""));
    CHECK_FALSE(PublicKey::from_ed25519(std::string(31, 'x')));
    CHECK_FALSE(PublicKey::from_ed25519(std::string(33, 'x')));
    // SubjectPublicKeyInfo of an Ed25519 key where an RSA key is wanted.
    CHECK_FALSE(PublicKey::from_rsa_der(
        bytes("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")));
}

TEST_CASE("crypto/key: new keys work and survive being written")
{
    for (const Algorithm algorithm : {Algorithm::rsa, Algorithm::ed25519}) {
        const PrivateKey key = PrivateKey::generate(algorithm);
        CHECK(key.bits() == (algorithm == Algorithm::rsa ? 2048 : 256));
        const std::string pem = key.to_pem();
        CHECK(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        const PrivateKey again = PrivateKey::from_pem(pem);
        CHECK(again.public_bytes() == key.public_bytes());
        CHECK(key.public_key().verify(sha256("x"), again.sign(sha256("x"))));
        CHECK(PrivateKey::generate(algorithm).public_bytes() != key.public_bytes());
    }
}

TEST_CASE("crypto/key: why a file is no key, without a word of what is in it")
{
    CHECK(refusal("").ends_with("not a PEM file with a private key"));
    CHECK(refusal("-----BEGIN PUBLIC KEY-----\n").ends_with("not a PEM file with a private key"));
    CHECK(refusal("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
              .ends_with("it is damaged, or of an unknown kind"));
    CHECK(refusal(std::string_view(rsa_1024).substr(0, 400)).ends_with("of an unknown kind"));
    CHECK(refusal(elliptic_curve).ends_with("it is neither RSA nor Ed25519"));
    CHECK(refusal(encrypted).ends_with("it is encrypted"));
}
