#include "base/error.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <random>

using namespace std::string_view_literals;

namespace
{

/// Every field as name|value|, to compare at a glance.
std::string outline(std::string_view header)
{
    std::string text;
    for (const mn::HeaderField& field : mn::header_fields(header))
        text += mn::cat(field.name, "|", field.value, "|");
    return text;
}

void check_nothing_is_lost(std::string_view message)
{
    const mn::MessageParts parts = mn::split_message(message);
    CHECK((mn::cat(parts.header, parts.separator, parts.body) == message));
    std::string joined;
    for (const mn::HeaderField& field : mn::header_fields(parts.header))
        joined.append(field.text);
    CHECK((joined == parts.header));
    CHECK((mn::remove_fields(parts.header, "no-such-field") == parts.header));
}

template <typename Work>
std::chrono::milliseconds time_of(const Work& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 start);
}

} // namespace

TEST_CASE("message/header: the header ends at the first empty line")
{
    struct Case {
        std::string_view message, header, separator, body;
    };
    for (const auto& [message, header, separator, body] :
         {Case{"", "", "", ""}, Case{"A: b", "A: b", "", ""}, Case{"A: b\n", "A: b\n", "", ""},
          Case{"A: b\n\nc\n\nd", "A: b\n", "\n", "c\n\nd"},
          Case{"A: b\r\n\r\nc", "A: b\r\n", "\r\n", "c"},
          Case{"A: b\r\n\nc", "A: b\r\n", "\n", "c"}, Case{"\nbody", "", "\n", "body"},
          Case{"\r\n", "", "\r\n", ""}, Case{"A: b\n \nC: d\n", "A: b\n \nC: d\n", "", ""},
          Case{"A: b\r\rC\n\n", "A: b\r\rC\n", "\n", ""}}) {
        CAPTURE(message);
        const mn::MessageParts parts = mn::split_message(message);
        CHECK(parts.header == header);
        CHECK(parts.separator == separator);
        CHECK(parts.body == body);
        check_nothing_is_lost(message);
    }
}

TEST_CASE("message/header: names, values and folds")
{
    CHECK(outline("") == "");
    CHECK(outline("A: b\nC:d\n") == "A| b|C|d|");
    CHECK(outline("A:\r\nB: c\r\n") == "A||B| c|");
    CHECK(outline("A: b\n c\n\td\nE: f") == "A| b\n c\n\td|E| f|");
    CHECK(outline("A: b\r\n c\r\nD: e\r\n") == "A| b\r\n c|D| e|");
    CHECK(outline("A \t: b\n") == "A| b|");
    CHECK(outline("A: b:c\n") == "A| b:c|");
    CHECK(outline("A: b\rC: d\n") == "A| b\rC: d|");
}

TEST_CASE("message/header: a line that is no field keeps its place, without a name")
{
    CHECK(outline("A: b\nrubbish\nC: d\n") == "A| b||rubbish|C| d|");
    CHECK(outline("From x@y Mon Jan 1\nA: b\n") == "|From x@y Mon Jan 1|A| b|");
    CHECK(outline(" folded first\nA: b\n") == "| folded first|A| b|");
    CHECK(outline(": no name\n") == "|: no name|");
    CHECK(outline("T\xc3\xa4g: b\n") == "|T\xc3\xa4g: b|");
    CHECK(outline("a\n b: c\n") == "|a\n b: c|"); // the colon is not on the first line
    CHECK_FALSE(mn::header_fields("rubbish\n").front().is(""));
}

TEST_CASE("message/header: find takes the topmost, in any case")
{
    const auto header = "Received: 2\nreceived: 1\nX: y\n"sv;
    REQUIRE(mn::find_field(header, "RECEIVED"));
    CHECK(mn::find_field(header, "RECEIVED")->value == " 2");
    CHECK_FALSE(mn::find_field(header, "Receive"));
    CHECK_FALSE(mn::find_field(header, ""));
    CHECK_FALSE(mn::find_field("", "X"));
}

TEST_CASE("message/header: unfolded")
{
    CHECK(mn::unfolded(" a\n b\r\n\tc") == "a b\tc");
    CHECK(mn::unfolded("") == "");
    CHECK(mn::unfolded(" \n ") == "");
}

TEST_CASE("message/header: remove takes every field of the name, folds and all, nothing else")
{
    CHECK(mn::remove_fields("A: 1\nB: 2\n b\na: 3\nAB: 4\n", "A") == "B: 2\n b\nAB: 4\n");
    CHECK(mn::remove_fields("B: 2\r\n b\r\nC: 3", "b") == "C: 3");
    CHECK(mn::remove_fields("A : 1\nrubbish\n", "A") == "rubbish\n");
}

TEST_CASE("message/header: make_field writes the message's line ends")
{
    CHECK(mn::make_field("X", "y", "\n") == "X: y\n");
    CHECK(mn::make_field("X", "y\n\tz", "\r\n") == "X: y\r\n\tz\r\n");
    CHECK(mn::make_field("X", "", "\n") == "X:\n");
    CHECK(mn::make_field("X", " y", "\n") == "X: y\n");
    CHECK(mn::line_end_of("A: b\r\nC: d\n") == "\r\n");
    CHECK(mn::line_end_of("A: b\nC: d\r\n") == "\n");
    CHECK(mn::line_end_of("no end") == "\n");
}

TEST_CASE("message/header: make_field lets no second field and no body in")
{
    for (const auto value : {"a\nBcc: x"sv, "a\n"sv, "a\n\n b"sv, "a\n \n b"sv, "a\rBcc: x"sv,
                             "a\r\nBcc: x"sv, "a\0b"sv}) {
        CAPTURE(mn::printable(value));
        CHECK_THROWS_AS(mn::make_field("X", value, "\n"), mn::Error);
    }
    for (const auto name : {""sv, "X Y"sv, "X:"sv, "X\n"sv, "\xc3\xa4"sv}) {
        CAPTURE(mn::printable(name));
        CHECK_THROWS_AS(mn::make_field(name, "y", "\n"), mn::Error);
    }
}

TEST_CASE("message/header: no byte is lost, whatever the message")
{
    std::minstd_rand generator(7);
    const auto alphabet = "AB:  \t\r\n\n\0\xff"sv;
    for (int round = 0; round < 5000; ++round) {
        std::string message(generator() % 60, ' ');
        for (char& c : message)
            c = alphabet[generator() % alphabet.size()];
        CAPTURE(mn::printable(message));
        check_nothing_is_lost(message);
    }
}

TEST_CASE("message/header: hostile headers take linear time")
{
    std::string many;
    for (int i = 0; i < 100'000; ++i)
        many += "X-Field: value\n";
    std::string folds = "X: ";
    for (int i = 0; i < 500'000; ++i)
        folds += "\n ";
    const std::string rubbish(1 << 20, '\n' + 1);
    for (const std::string& header :
         {many, folds, "X:" + std::string(1 << 20, ' ') + "y\n", std::string(1 << 20, ' ') + ":",
          rubbish, "X" + std::string(1 << 20, ' ') + ": y\n"}) {
        // Generous enough for a sanitizer on a busy machine; a square would take minutes.
        CHECK(time_of([&] {
                  check_nothing_is_lost(header);
                  mn::find_field(header, "no-such-field");
                  mn::unfolded(header);
              }) < std::chrono::seconds(10));
    }
    CHECK(mn::header_fields(many).size() == 100'000);
    CHECK(mn::header_fields(folds).size() == 1);
}
