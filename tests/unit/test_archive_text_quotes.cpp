#include "archive/text_quotes.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

namespace
{

std::string told(std::string_view text)
{
    std::string all;
    for (const QuotedLine& line : quoted_lines(text))
        all += mn::cat(std::to_string(line.depth), line.text, "|");
    return all;
}

} // namespace

TEST_CASE("archive/text_quotes: depths")
{
    CHECK(told("a\n> b\n>c\n> > d\n>>e\n>>> >  f\n >g\n") == "0a|1b|1c|2d|2e|4 f|0 >g|");
    CHECK(told("a\n\n>\n\n> b\n\n>\n") == "0a|0|1|0|1b|");
    CHECK(told("").empty());
    // What mbox files do to lines, undone; but not in a quote.
    CHECK(told(">From here\n> x\n>From there\n") == "0From here|1x|1From there|");
}

TEST_CASE("archive/text_quotes: flowed text")
{
    CHECK(unflowed("one \ntwo\nthree\n", false) == "one two\nthree\n");
    CHECK(unflowed("one \ntwo\n", true) == "onetwo\n");
    CHECK(unflowed("> a \n> b\n>> c \n> d\n", false) == "> a b\n>> c \n> d\n");
    CHECK(unflowed(" >a\n From\n", false) == " >a\nFrom\n");
    CHECK(unflowed("text \n-- \nsig \nend\n", false) == "text \n-- \nsig end\n");
    CHECK(unflowed("ends open ", true) == "ends open");
    CHECK(unflowed("", false).empty());
    CHECK(begins_signature("-- "));
    CHECK_FALSE(begins_signature("--"));
}
