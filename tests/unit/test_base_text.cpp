#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace std::string_view_literals;

TEST_CASE("base/text: cat joins parts of any text type")
{
    CHECK(mn::cat() == "");
    CHECK(mn::cat("a", std::string("b"), "c"sv) == "abc");
    CHECK(mn::cat("a\0b"sv, "c") == "a\0bc"sv);
}

TEST_CASE("base/text: white space and control characters are the ASCII ones")
{
    for (const char c : " \t\r\n\v\f"sv)
        CHECK(mn::is_space(c));
    for (const char c : "a0\0\x7f\xa0\x85"sv)
        CHECK_FALSE(mn::is_space(c));
    for (const char c : "\0\x1f\x7f\n"sv)
        CHECK(mn::is_control(c));
    for (const char c : " ~\x80\xff"sv)
        CHECK_FALSE(mn::is_control(c));
}

TEST_CASE("base/text: trim")
{
    CHECK(mn::trim("") == "");
    CHECK(mn::trim(" \t\r\n") == "");
    CHECK(mn::trim(" a b\n") == "a b");
}

TEST_CASE("base/text: split_words skips runs, split keeps empty pieces")
{
    CHECK(mn::split_words("  \t").empty());
    CHECK(mn::split_words(" one \t two\n") == std::vector{"one"sv, "two"sv});
    CHECK(mn::split("", ':') == std::vector{""sv});
    CHECK(mn::split("a::b:", ':') == std::vector{"a"sv, ""sv, "b"sv, ""sv});
}

TEST_CASE("base/text: case is ASCII only")
{
    CHECK(mn::lower("AZ[az\xc4") == "az[az\xc4");
    CHECK(mn::equal_ignoring_case("Bob@Example", "bOB@eXAMPLE"));
    CHECK_FALSE(mn::equal_ignoring_case("\xc4", "\xe4"));
    CHECK_FALSE(mn::equal_ignoring_case("@", "`")); // 0x20 apart, as letters of two cases are
    CHECK_FALSE(mn::equal_ignoring_case("a", "ab"));
}

TEST_CASE("base/text: parse_number is strict")
{
    CHECK(mn::parse_number("0") == 0);
    CHECK(mn::parse_number("007") == 7);
    CHECK(mn::parse_number("18446744073709551615") == 18446744073709551615U);
    for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x1", "1k", "1.0", "18446744073709551616",
                             "99999999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(mn::parse_number(text));
    }
}

TEST_CASE("base/text: hex has 16 digits")
{
    CHECK(mn::hex(0) == "0000000000000000");
    CHECK(mn::hex(0xfedcba9876543210) == "fedcba9876543210");
}

TEST_CASE("base/text: printable leaves nothing a terminal would obey")
{
    CHECK(mn::printable("a b~") == "a b~");
    CHECK(mn::printable("\x1b[2J\n\0\x7f\x80\xff"sv) == R"(\x1b[2J\x0a\x00\x7f\x80\xff)");
}
