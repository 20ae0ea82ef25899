#include "crypto/digest.hpp"

#include <doctest/doctest.h>

using namespace mn::crypto;

namespace
{

std::string hex_of(const Sha256Value& value)
{
    static const char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : value) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

} // namespace

TEST_CASE("crypto/digest: SHA-256 of known texts")
{
    CHECK(hex_of(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex_of(sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex_of(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("crypto/digest: wherever the stream is cut, the value is the same")
{
    const std::string text(1000000, 'a');
    Sha256 digest;
    for (std::size_t at = 0, size = 0; at < text.size(); at += size, ++size)
        digest.update(std::string_view(text).substr(at, size));
    Sha256 moved = std::move(digest);
    CHECK(hex_of(moved.finish()) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("crypto/digest: the cases of RFC 4231")
{
    const std::string aa20(20, '\xaa');
    const std::string aa131(131, '\xaa');
    CHECK(hex_of(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex_of(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex_of(hmac_sha256(aa20, std::string(50, '\xdd'))) ==
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    CHECK(hex_of(hmac_sha256(aa131, "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(hex_of(hmac_sha256(aa131, "This is a test using a larger than block-size key and a "
                                    "larger than block-size data. The key needs to be hashed "
                                    "before being used by the HMAC algorithm.")) ==
          "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("crypto/digest: an empty key and an empty text are a key and a text")
{
    CHECK(hex_of(hmac_sha256("", "")) ==
          "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    CHECK(hex_of(hmac_sha256({}, {})) == hex_of(hmac_sha256("", "")));
}

TEST_CASE("crypto/digest: equal is equal in length and in every byte")
{
    CHECK(equal_in_constant_time("", ""));
    CHECK(equal_in_constant_time("abc", "abc"));
    CHECK_FALSE(equal_in_constant_time("abc", "abd"));
    CHECK_FALSE(equal_in_constant_time("abc", "ab"));
    CHECK_FALSE(equal_in_constant_time("", "a"));
    CHECK(bytes_of(sha256("abc")).size() == 32);
    CHECK(bytes_of(sha256("abc"))[0] == '\xba');
}
