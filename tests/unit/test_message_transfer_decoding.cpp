#include "message/transfer_decoding.hpp"

#include "crypto/base64.hpp"

#include <doctest/doctest.h>

using namespace mn;

TEST_CASE("message/transfer_decoding: base64")
{
    CHECK(decode_transfer("base64", "Zm9v\r\nYmFy\r\n") == "foobar");
    CHECK(decode_transfer("base64", "Zg==") == "f");
    CHECK(decode_transfer("base64", "Zm8") == "fo");
    CHECK(decode_transfer("base64", "Z!m*9 v") == "foo");
    CHECK(decode_transfer("base64", "=Zm9v") == "foo");
    // Behind its end comes the footer of a list.
    CHECK(decode_transfer("base64", "Zm8=\n____\nList footer\n") == "fo");
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string bytes = std::string("\x00\xff", 2) + std::string(size, '\x7f');
        CHECK(decode_transfer("base64", base64::encode(bytes)) == bytes);
    }
}

TEST_CASE("message/transfer_decoding: quoted-printable")
{
    const auto decode = [](std::string_view text) {
        return decode_transfer("quoted-printable", text);
    };
    CHECK(decode("caf=C3=A9") == "café");
    CHECK(decode("caf=c3=a9") == "café");
    CHECK(decode("one=\ntwo= \t\r\nthree=") == "onetwothree");
    CHECK(decode("end \t\nend=20\r\nend\r\n") == "end\nend \r\nend\r\n");
    CHECK(decode("1=2, =, =4, =G1") == "1=2, =, =4, =G1");
    CHECK(decode("=") == "");
    CHECK(decode("a\r") == "a\r");
}

TEST_CASE("message/transfer_decoding: uuencode, and none")
{
    CHECK(decode_transfer("x-uuencode", "text\nbegin 644 x\n#0V%T\n`\nend\nmore") == "Cat");
    CHECK(decode_transfer("x-uuencode", "begin 644 x\nM0V%T") ==
          std::string("Cat") + std::string(3, '\0'));
    CHECK(decode_transfer("uuencode", "no code") == "no code");
    CHECK(decode_transfer("8bit", "=41") == "=41");
    CHECK(decode_transfer("", "=41") == "=41");
}
