#include "archive/query.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;
using Words = std::vector<std::string>;

namespace
{

Words words(std::string_view query_string)
{
    const auto query = parse_query(query_string);
    REQUIRE(query);
    return query->words;
}

} // namespace

TEST_CASE("archive/query: words, as a form sends them")
{
    CHECK(words("q=tea") == Words{"tea"});
    CHECK(words("q=Tea+LEAVES%20green") == Words{"tea", "leaves", "green"});
    CHECK(words("q=%C3%84rger") == Words{"ärger"});
    CHECK(words("x=1&q=a&q=b&y") == Words{"b"});
    CHECK(words("q=tea+TEA+Tea") == Words{"tea"});
    CHECK(words("q=a%26b%3Dc%2B") == Words{"a&b=c+"});
    CHECK(words("q=100%+%4+%zz") == Words{"100%", "%4", "%zz"});
    CHECK(words("").empty());
    CHECK(words("q=").empty());
    CHECK(words("q=+%09%0a+%00").empty());
    CHECK(words("q").empty());
}

TEST_CASE("archive/query: between quotes several are one")
{
    CHECK(words("q=%22Green+leaves%22+tea") == Words{"green leaves", "tea"});
    CHECK(words("q=tea%22green+leaves") == Words{"tea", "green leaves"});
    CHECK(words("q=%22a%22%22b%22c") == Words{"a", "b", "c"});
    CHECK(words("q=%22%22").empty());
    CHECK(words("q=%22+a++b+%22") == Words{"a b"});
    CHECK(words("q=%22").empty());
}

TEST_CASE("archive/query: the text as it was typed, tidied")
{
    const auto query = parse_query("q=+Tea%0d%0a++%22Green%09leaves%22%c2%85x+");
    REQUIRE(query);
    CHECK(query->text == "Tea \"Green leaves\" x");
    CHECK(query->page == 1);
}

TEST_CASE("archive/query: pages")
{
    CHECK(parse_query("q=a&page=7")->page == 7);
    CHECK(parse_query("q=a&page=200")->page == 200);
    for (const char* wrong : {"page=0", "page=201", "page=-1", "page=x", "page=", "page",
                              "page=99999999999999999999", "page=1&page=0", "page=%31"}) {
        INFO(wrong);
        CHECK_FALSE(parse_query(wrong));
    }
}

TEST_CASE("archive/query: too much, and what is no text")
{
    CHECK(words("q=1+2+3+4+5+6+7+8+9+10").size() == max_words);
    CHECK_FALSE(parse_query("q=1+2+3+4+5+6+7+8+9+10+11"));
    CHECK(parse_query("q=" + std::string(max_query_string - 2, 'x')));
    CHECK_FALSE(parse_query("q=" + std::string(max_query_string - 1, 'x')));
    for (const char* wrong : {"q=%ff", "q=%c3", "q=\xe4", "q=%ed%a0%80", "q=%c0%80"})
        CHECK_FALSE(parse_query(wrong));
}

TEST_CASE("archive/query: back into a link")
{
    const auto query = parse_query("q=Tea+%22a%26b%22+%C3%A4%3C%3E");
    REQUIRE(query);
    CHECK(query_string_of(*query, 1) == "q=Tea+%22a%26b%22+%C3%A4%3C%3E");
    CHECK(query_string_of(*query, 3) == "q=Tea+%22a%26b%22+%C3%A4%3C%3E&page=3");
    const auto again = parse_query(query_string_of(*query, 3));
    REQUIRE(again);
    CHECK(again->text == query->text);
    CHECK(again->words == query->words);
    CHECK(again->page == 3);
}
