#include "crypto/base64.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace mn;

TEST_CASE("crypto/base64: the examples of RFC 4648, there and back")
{
    const std::pair<const char*, const char*> examples[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : examples) {
        CHECK(base64::encode(bytes) == text);
        CHECK(base64::decode(text) == bytes);
        CHECK(base64::decode_folded(text) == bytes);
    }
}

TEST_CASE("crypto/base64: any bytes come back")
{
    std::mt19937 random(1);
    for (std::size_t size = 0; size < 200; ++size) {
        std::string bytes;
        while (bytes.size() < size)
            bytes.push_back(static_cast<char>(random()));
        CHECK(base64::decode(base64::encode(bytes)) == bytes);
    }
    CHECK(base64::encode("\xfb\xff\xbf") == "+/+/");
}

TEST_CASE("crypto/base64: strict means one spelling for each text")
{
    for (const char* text : {"Zg",       "Zg=",  "Zg===",    "Z",       "Z===",  "=",     "====",
                             "Zm9v====", "Z=g=", "Zg==Zg==", "Zh==",    "Zm9=",  " Zm9v", "Zm9v\n",
                             "Zm 9v",    "Zm9-", "Zm9_",     "Zm9\xc3", "Zm9v=", "Zm8=="}) {
        CAPTURE(text);
        CHECK_FALSE(base64::decode(text));
    }
    CHECK_FALSE(base64::decode(std::string_view("Zm9\0", 4)));
}

TEST_CASE("crypto/base64: a folded value may have white space anywhere, and no padding")
{
    for (const char* text :
         {"Z m\t9\r\n v Y\ng =\n = ", "Zm9vYg", "Zm9vYg=", "Zm9vYh==", " Zm9vYg=="})
        CHECK(base64::decode_folded(text) == "foob");
    for (const char* text :
         {"Z", "Zm9vY", "Zm9vYg===", "Zm9v=", "Zm8==", "Zm=8", "Zm9v!", "Zm9v\v"}) {
        CAPTURE(text);
        CHECK_FALSE(base64::decode_folded(text));
    }
    CHECK(base64::decode_folded(" \r\n\t") == "");
}
