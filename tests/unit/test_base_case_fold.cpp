#include "base/case_fold.hpp"

#include "base/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

namespace
{

std::string folded(std::string text)
{
    mn::fold_case(text);
    return text;
}

} // namespace

TEST_CASE("base/case_fold: ASCII, every byte, wherever it stands")
{
    for (std::size_t before = 0; before < 20; ++before) {
        for (unsigned byte = 0; byte < 0x80; ++byte) {
            const char c = static_cast<char>(byte);
            const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            const char wanted = byte < 32 ? ' ' : small;
            CHECK(folded(std::string(before, '@') + c + "[x") ==
                  std::string(before, '@') + wanted + "[x");
        }
    }
    CHECK(folded("THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG @[`{") ==
          "the quick brown fox jumps over the lazy dog @[`{");
    CHECK(folded("") == "");
}

TEST_CASE("base/case_fold: other alphabets")
{
    CHECK(folded("ÄÖÜ ÀÞ ×ß÷ÿ Ÿ") == "äöü àþ ×ß÷ÿ ÿ");
    CHECK(folded("ĄĆĘŁŃÓŚŹŻ ČĎĚŇŘŠŤŮŽ ĞŞ ŐŰ ȘȚ") == "ąćęłńóśźż čďěňřšťůž ğş őű șț");
    CHECK(folded("ΆΈΉΊΌΎΏ ΑΒΓΔΩ ΣΪΫ") == "άέήίόύώ αβγδω σϊϋ");
    CHECK(folded("АБВГДПРСЯ ЀЁЂЏ Ґ ЇЄІ") == "абвгдпрся ѐёђџ ґ їєі");
    // Small ones stay, and what has no case, or no small letter of that length.
    for (const char* same : {"äöüßÿ", "ąłżžő", "ςσω", "ёяґ", "İ", "日本語", "😀", "ſ"})
        CHECK(folded(same) == same);
}

TEST_CASE(
    "base/case_fold: two-byte characters stay two-byte characters, and folding twice is folding")
{
    for (unsigned lead = 0xc2; lead <= 0xdf; ++lead)
        for (unsigned follower = 0x80; follower <= 0xbf; ++follower) {
            const std::string letter{static_cast<char>(lead), static_cast<char>(follower)};
            const std::string small = folded(letter);
            CHECK(mn::utf8::length(small) == 2);
            CHECK(folded(small) == small);
        }
}

TEST_CASE("base/case_fold: what is no UTF-8 stays")
{
    for (const char* same : {"\x80\xc3", "\xc3",
                             "\xc3"
                             "a",
                             "\xff\xfe", "\xc0\x80", "\xe4\xf6\xfc", "abcdefg\xc3"})
        CHECK(folded(same) == same);
    CHECK(folded("\xc3"
                 "A") == "\xc3"
                         "a");
}
