#include "archive/addresses.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

TEST_CASE("archive/addresses: in texts")
{
    const auto hidden = [](std::string_view text) { return shown(Addresses::hide, text); };
    CHECK(hidden("ask ann@example.org, or bob@x.example.") == "ask ann@…, or bob@….");
    CHECK(hidden("<ann.b+tag@sub.example.org>") == "<ann.b+tag@…>");
    CHECK(hidden("jörg@müller.example") == "jörg@…");
    CHECK(hidden("\"a b\"@example.org") == "\"a b\"@…");
    CHECK(hidden("ann@[192.0.2.1]!") == "ann@…!");
    CHECK(hidden("ann@example.org@example.net") == "ann@…");
    CHECK(hidden("ann@example.org-!@example.net.") == "ann@….");
    CHECK(hidden("mailto:ann@example.org?x") == "mailto:ann@…?x");
    CHECK(hidden("(ann@example.org)") == "(ann@…)");
    const std::string local(200, 'a');
    CHECK(hidden(local + "@example.org") == local + "@…");
}

TEST_CASE("archive/addresses: what is none")
{
    for (const char* text : {"@", "a@b", "@override", "a @ b.example", "x@.example", "a@b..", "@@@",
                             "@example.org", "a@[", "a@-"}) {
        CAPTURE(text);
        CHECK(shown(Addresses::hide, text) == text);
    }
}

TEST_CASE("archive/addresses: the three ways")
{
    CHECK(shown(Addresses::at, "ann@example.org.") == "ann at example.org.");
    CHECK(shown(Addresses::full, "ann@example.org.") == "ann@example.org.");
    CHECK(shown_address(Addresses::hide, "ann@localhost") == "ann@…");
    CHECK(shown_address(Addresses::at, "a@b@c.example") == "a at b c.example");
    CHECK(shown_address(Addresses::hide, "ann") == "ann");
}
