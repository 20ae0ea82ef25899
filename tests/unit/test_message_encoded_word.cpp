#include "base/text.hpp"
#include "base/utf8.hpp"
#include "message/charset.hpp"
#include "message/encoded_word.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using mn::encoded_words::decode;
using mn::encoded_words::encode;
using namespace std::string_literals;

namespace
{

std::string repeated(std::string_view text, std::size_t times)
{
    std::string all;
    while (times-- > 0)
        all += text;
    return all;
}

/// What a field may look like: short lines, folded before white space, words of at most 75.
void check_form(const std::string& field)
{
    CAPTURE(field);
    for (const std::string_view line : mn::split(field, '\n')) {
        CHECK(line.size() <= 998);
        CHECK_FALSE(mn::trim(line).empty());
        for (const std::string_view word : mn::split_words(line))
            if (word.starts_with("=?")) CHECK(word.size() <= 75);
    }
    for (std::size_t at = field.find('\n'); at != std::string::npos; at = field.find('\n', at + 1))
        CHECK(field[at + 1] == ' ');
    for (const char c : field)
        CHECK((c == '\n' || (c >= ' ' && c <= '~')));
}

} // namespace

TEST_CASE("message/encoded_word: decodes the examples of the standard")
{
    CHECK(decode("=?ISO-8859-1?Q?a?=") == "a");
    CHECK(decode("=?ISO-8859-1?Q?a?= b") == "a b");
    CHECK(decode("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=") == "ab");
    CHECK(decode("=?ISO-8859-1?Q?a?=\n    =?ISO-8859-1?Q?b?=") == "ab");
    CHECK(decode("=?ISO-8859-1?Q?a_b?=") == "a b");
    CHECK(decode("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=") == "a b");
    CHECK(decode("=?US-ASCII*EN?Q?Keith_Moore?= <m@example.org>") == "Keith Moore <m@example.org>");
    CHECK(decode("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= "
                 "=?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=") ==
          "If you can read this you understand the example.");
}

TEST_CASE("message/encoded_word: decodes what programs really write")
{
    CHECK(decode("plain") == "plain");
    CHECK(decode(" two\n lines ") == "two lines");
    CHECK(decode("=?utf-8?q?caf=c3=a9?=") == "café");
    CHECK(decode("[cats]=?UTF-8?B?Y2Fmw6k=?=!") == "[cats]café!");
    // A character cut in two, and padding that is not there.
    CHECK(decode("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=") == "café");
    CHECK(decode("=?utf-8?b?Y2Fmw6k?=") == "café");
    CHECK(decode("=?windows-1252?q?=80_=93x=94?=") == "€ “x”");
    CHECK(decode("=?iso-8859-15?q?=A4_=BD?=") == "€ œ");
    CHECK(decode("=?us-ascii?q?a=FF?=") == "a\xEF\xBF\xBD");
    CHECK(decode("caf\xE9 caf\xC3\xA9") == "caf\xEF\xBF\xBD café");
}

TEST_CASE("message/encoded_word: alphabets that iconv knows")
{
    CHECK(decode("=?koi8-r?q?=D2?=") == "р");
    CHECK(decode("=?GB2312?B?0rs=?=") == "一");
    CHECK(decode("=?iso-2022-jp?B?GyRCMGwbKEI=?=") == "一");
    CHECK(decode("=?iso-8859-2?q?=B9?=") == "š");
    // Only alphabets of mail, whatever iconv could do.
    for (const char* name : {"utf-7", "ucs-4", "../x", "UTF-8//TRANSLIT", "x", "char", ""})
        CHECK_FALSE(mn::to_utf8(name, "a"));
}

TEST_CASE("message/encoded_word: what is not well-formed stays as it is")
{
    for (const char* text :
         {"=?", "=?utf-8", "=?utf-8?", "=?utf-8?q", "=?utf-8?q?", "=?utf-8?q?abc", "=?utf-8?q?abc?",
          "=?utf-8?q?a b?=", "=?utf-8?x?abc?=", "=??q?abc?=", "=?utf-8?b?****?=",
          "=?nonsense?q?a?=", "?=", "a =? b ?= c", "=?utf-8?q?a?b?="}) {
        CAPTURE(text);
        CHECK(decode(text) == text);
    }
    CHECK(decode("=?utf-8?q?=G1=?=") == "=G1=");
}

TEST_CASE("message/encoded_word: nothing comes out that could break a header")
{
    for (const char* text : {"=?utf-8?q?a=0D=0ABcc:_x?=", "=?utf-8?b?YQpCY2M6IHg=?=", "a\rb",
                             "a\x1b[0mb", "=?utf-8?q?=00=7F?="}) {
        for (const char c : decode(text))
            CHECK_FALSE(mn::is_control(c));
        for (const char c : encode(decode(text)))
            CHECK_FALSE(mn::is_control(c));
    }
    CHECK(encode("a\nBcc: x") == "a Bcc: x");
}

TEST_CASE("message/encoded_word: encodes only what has to be")
{
    CHECK(encode("") == "");
    CHECK(encode("plain text (1) <a@example.org>") == "plain text (1) <a@example.org>");
    CHECK(encode("café") == "=?utf-8?q?caf=C3=A9?=");
    CHECK(encode("Re: [cats] café noir, please") ==
          "Re: [cats] =?utf-8?q?caf=C3=A9?= noir, please");
    CHECK(encode("un café, un thé") == "un =?utf-8?q?caf=C3=A9=2C_un_th=C3=A9?=");
    // Else it would be decoded by whoever reads it.
    CHECK(encode("=?utf-8?q?a?=") == "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=");
    CHECK(encode("\xFF") == "=?utf-8?b?77+9?=");
}

TEST_CASE("message/encoded_word: long text is folded and comes back")
{
    for (const std::string& text :
         {repeated("é", 500), repeated("日本語", 100), repeated("mot cœur ", 50) + "x",
          repeated("word ", 300) + "x", repeated("x", 3000), "a  b   é    c " + repeated("d", 80),
          repeated("long ", 14) + "é " + repeated("long ", 30) + "end", repeated("😀", 40),
          "=?" + repeated("a", 200), repeated("a ", 10) + "=?x?= " + repeated("é ", 20) + "b"}) {
        const std::string encoded = encode(text);
        check_form(encoded);
        CHECK(decode(encoded) == text);
        for (const std::string_view line : mn::split(encoded, '\n'))
            for (const std::string_view word : mn::split_words(line))
                if (word.starts_with("=?")) CHECK(mn::utf8::is_valid(decode(word)));
    }
}

TEST_CASE("message/encoded_word: linear in time")
{
    for (const char* part :
         {"=?", "=?a?q?", "=?utf-8?q?=?", "=?utf-8?q?a?= ", "=?utf-8?b?YQ==?=", "é "}) {
        CAPTURE(part);
        const std::string text = repeated(part, 20'000);
        CHECK_FALSE(decode(text).empty());
        CHECK_FALSE(encode(text).empty());
    }
}
