#include "archive/clean_text.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

TEST_CASE("archive/clean_text: line ends and control characters")
{
    CHECK(clean_lines("a\r\nb\nc\td") == "a\nb\nc\td");
    CHECK(clean_lines("a\rb\r\r\nc\r") == "a\nb\nc");
    CHECK(clean_lines(std::string("a\0b\x07\x1b[31mc\x7f\x0c", 12)) == "ab[31mc");
    CHECK(clean_lines("a\u0085\u009Bb\uFEFFc\U000E0041") == "abc");
    CHECK(clean_lines("a\u2028b") == "a\nb");
}

TEST_CASE("archive/clean_text: what turns the direction of reading is seen")
{
    CHECK(clean_lines("x\u202Etxt.exe\u202C") == "x[U+202E]txt.exe[U+202C]");
    CHECK(clean_lines("\u2066a\u2069") == "[U+2066]a[U+2069]");
    CHECK(clean_lines("\u05D0\u200F\u200E") == "\u05D0\u200F\u200E");
}

TEST_CASE("archive/clean_text: what is no character")
{
    CHECK(clean_lines("a\xFF\xC3") == "a\uFFFD\uFFFD");
    CHECK(clean_lines("\xEF\xBF\xBE\xEF\xB7\x90") == "\uFFFD\uFFFD");
    CHECK(clean_lines("caf\u00e9 \U0001F600") == "caf\u00e9 \U0001F600");
}

TEST_CASE("archive/clean_text: one line")
{
    CHECK(clean_line(" a\tb\r\n c\u2028d ", 998) == "a b c d");
    CHECK(clean_line("aéé", 4) == "aé");
    CHECK(clean_line("abc def", 4) == "abc ");
    CHECK(cut("é", 1).empty());
    CHECK(cut("é", 2) == "é");
}
