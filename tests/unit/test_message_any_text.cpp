#include "message/any_text.hpp"

#include <doctest/doctest.h>

using namespace mn;

TEST_CASE("message/any_text: an alphabet that is said, under any of its names")
{
    CHECK(any_text("iso-8859-1", "caf\xE9") == "café");
    CHECK(any_text("ISO8859-1", "caf\xE9") == "café");
    CHECK(any_text("cp1252", "\x80") == "€");
    CHECK(any_text(" Windows-1251 ", "\xC4\xE0") == "Да");
    CHECK(any_text("koi8r", "\xE4\xC1") == "Да");
    CHECK(any_text("x-sjis", "\x93\xFA") == "日");
    CHECK(any_text("iso-2022-jp", "\x1b$BF|\x1b(B") == "日");
}

TEST_CASE("message/any_text: what is not said, or not true, is guessed")
{
    CHECK(any_text("", "caf\xC3\xA9") == "café");
    CHECK(any_text("", "caf\xE9") == "café");
    CHECK(any_text("us-ascii", "caf\xC3\xA9") == "café");
    CHECK(any_text("x-unknown-8bit", "caf\xE9") == "café");
    CHECK(any_text(std::string(10000, 'x'), "caf\xE9") == "café");
    CHECK(any_text("utf-8", "caf\xE9!") == "caf\xEF\xBF\xBD!");
}
