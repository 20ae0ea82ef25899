#include "base/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mn;

TEST_CASE("base/utf8: the first and last character of every length")
{
    CHECK(utf8::decode("\x7f") == 0x7f);
    CHECK(utf8::length("\xc2\x80") == 2);
    CHECK(utf8::decode("\xc2\x80") == 0x80);
    CHECK(utf8::decode("\xdf\xbf") == 0x7ff);
    CHECK(utf8::length("\xe0\xa0\x80") == 3);
    CHECK(utf8::decode("\xe0\xa0\x80") == 0x800);
    CHECK(utf8::decode("\xef\xbf\xbf") == 0xffff);
    CHECK(utf8::length("\xf0\x90\x80\x80") == 4);
    CHECK(utf8::decode("\xf0\x90\x80\x80") == 0x10000);
    CHECK(utf8::decode("\xf4\x8f\xbf\xbf") == 0x10ffff);
}

TEST_CASE("base/utf8: overlong, surrogate, too large and cut sequences are not characters")
{
    for (const std::string text :
         {"", "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
          "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
          "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "\xe2\x82("})
        CHECK(utf8::length(text) == 0);
}

TEST_CASE("base/utf8: valid means all of it")
{
    CHECK(utf8::is_valid(""));
    CHECK(utf8::is_valid("grüße 日本語 😀"));
    CHECK_FALSE(utf8::is_valid("gr\xfc"
                               "e"));
}
