#include "auth/tag_list.hpp"

#include <doctest/doctest.h>

using mn::TagList;

TEST_CASE("auth/tag_list: names and values, white space around them gone, inside it kept")
{
    const auto tags = TagList::parse(" v = 1 ;\r\n\tb=ab\r\n cd ; z=;x_1=a=b ; ");
    REQUIRE(tags);
    CHECK(tags->tags().size() == 4);
    CHECK(tags->value("v") == "1");
    CHECK(tags->value("b") == "ab\r\n cd");
    CHECK(tags->find("b")->raw == "ab\r\n cd ");
    CHECK(tags->value("z") == "");
    CHECK(tags->value("x_1") == "a=b");
    CHECK(!tags->value("V"));
    CHECK(mn::without_white_space("ab\r\n cd") == "abcd");
}

TEST_CASE("auth/tag_list: what is not a list is not read at all")
{
    for (const std::string_view text :
         {"", " ", ";", "v=1;;", ";v=1", "v=1;v=1", "v=1; ;b=2", "1v=1", "v", "=1", "v w=1",
          "v-x=1", "v=1\x01", "v=\x7f", "v=1\v;"})
        CHECK_MESSAGE(!TagList::parse(text), text);
    using namespace std::string_view_literals;
    CHECK(!TagList::parse("v=a\0b"sv));
}

TEST_CASE("auth/tag_list: 8-bit values are taken, and no more tags than there is use for")
{
    CHECK(TagList::parse("i=m\xc3\xbcller@example.org"));
    std::string text;
    for (int i = 0; i < 64; ++i)
        text.append("t" + std::to_string(i) + "=x;");
    CHECK(TagList::parse(text));
    CHECK(!TagList::parse(text + "more=x"));
}

TEST_CASE("auth/tag_list: lists with colons")
{
    const auto pieces = mn::split_colons("From : to:\r\n subject ::");
    REQUIRE(pieces.size() == 5);
    CHECK(pieces[0] == "From");
    CHECK(pieces[2] == "subject");
    CHECK(pieces[4].empty());
}
