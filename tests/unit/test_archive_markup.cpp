#include "archive/markup.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

TEST_CASE("archive/markup: nothing can leave an element or an attribute")
{
    CHECK(markup::text("<script>&\"é'") == "&lt;script&gt;&amp;&quot;é'");
    CHECK(markup::text(std::string("a\0\x1b\x7f\n\t", 6)) == "a\n\t");
    CHECK(markup::text("plain") == "plain");
}

TEST_CASE("archive/markup: links")
{
    CHECK(markup::link("https://x.example/a?b=1&c=%41#d") == "https://x.example/a?b=1&amp;c=%41#d");
    CHECK(markup::link("x\"><b>\n\xC3\xA9 \\") == "x%22%3E%3Cb%3E%0A%C3%A9%20%5C");
    CHECK(markup::piece("<1@x/?&=é>") == "%3C1%40x%2F%3F%26%3D%C3%A9%3E");
    CHECK(markup::piece("aZ09-._~") == "aZ09-._~");
}
