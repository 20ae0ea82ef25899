#include "archive/pages.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>

using namespace mn::archive;

TEST_CASE("archive/pages_style: light, dark, narrow and paper; loads nothing from elsewhere")
{
    const std::string style(style_sheet());
    for (const char* part : {"prefers-color-scheme: dark", "max-width: 36rem", "@media print",
                             ":focus-visible", "pre-wrap"}) {
        CAPTURE(part);
        CHECK(style.find(part) != std::string::npos);
    }
    CHECK(style.find("url(") == std::string::npos);
    CHECK(style.find("@import") == std::string::npos);
    CHECK(std::count(style.begin(), style.end(), '{') ==
          std::count(style.begin(), style.end(), '}'));
    CHECK(style.size() < 8192);
}
