#include "base/text.hpp"
#include "message/line_length.hpp"

#include <doctest/doctest.h>

#include <random>

using mn::LineLength;

namespace
{

bool is_too_long(std::string_view text, std::size_t piece = 1 << 20)
{
    LineLength lines;
    for (std::size_t i = 0; i < text.size(); i += piece)
        lines.add(text.substr(i, piece));
    return lines.is_too_long();
}

} // namespace

TEST_CASE("message/line_length: 998 octets, line ends not counted")
{
    for (const std::string_view before : {"", "a\n", "abc\r\n\n"})
        for (const std::string_view end : {"", "\n", "\r\n", "\nmore\n", "\r\n\r\n"})
            for (const std::size_t piece : {1UL, 7UL, 997UL, 998UL, 999UL, 1000UL, 5000UL}) {
                CHECK(!is_too_long(mn::cat(before, std::string(998, 'x'), end), piece));
                CHECK(is_too_long(mn::cat(before, std::string(999, 'x'), end), piece));
            }
    CHECK(is_too_long(std::string(998, 'x') + "\r\r\n"));
    CHECK(is_too_long(std::string(998, 'x') + "\ry\n"));
    CHECK(!is_too_long(std::string(5000, '\n')));
}

TEST_CASE("message/line_length: what a look at each line says, however it is cut")
{
    std::mt19937 random(7);
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        bool wanted = false;
        for (unsigned line = 0; line < 1 + random() % 6; ++line) {
            const std::size_t length = random() % 3 == 0 ? 994 + random() % 8 : random() % 1100;
            wanted = wanted || length > 998;
            text.append(length, 'x').append(random() % 2 == 0 ? "\n" : "\r\n");
        }
        REQUIRE(is_too_long(text) == wanted);
        REQUIRE(is_too_long(text, 1 + random() % 1200) == wanted);
    }
}
