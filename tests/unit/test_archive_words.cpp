#include "archive/words.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

TEST_CASE("archive/words: any text as a word, and back")
{
    CHECK(to_word("") == "=");
    CHECK(to_word("two words") == "=two%20words");
    CHECK(to_word("100%-->\n") == "=100%25%2d%2d%3e%0a");
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all.push_back(static_cast<char>(byte));
    CHECK(from_word(to_word(all)) == all);
    CHECK(to_word(all).find_first_of(" \n\r\t<>-") == std::string::npos);
}

TEST_CASE("archive/words: what is no word gives nothing")
{
    for (const char* const word : {"", "a", "=%", "=%2", "=%2g", "=%G0", "=a%"})
        CHECK_FALSE(from_word(word).has_value());
}

TEST_CASE("archive/words: the beginning ends between characters")
{
    CHECK(beginning_of("abc", 3) == "abc");
    CHECK(beginning_of("abcd", 3) == "abc");
    CHECK(beginning_of("a\xc3\xbc"
                       "b",
                       2) == "a");
    CHECK(beginning_of("a\xc3\xbc"
                       "b",
                       3) == "a\xc3\xbc");
    CHECK(beginning_of("\xf0\x9f\x98\xba"
                       "b",
                       3)
              .empty());
    CHECK(beginning_of("\x80\x80\x80", 2).empty());
}

TEST_CASE("archive/words: bytes as digits")
{
    CHECK(hexadecimal(std::string_view("\x00\xff\x1a", 3)) == "00ff1a");
}
