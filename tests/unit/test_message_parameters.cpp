#include "message/parameters.hpp"

#include <doctest/doctest.h>

using namespace mn;

namespace
{

std::string name_in(std::string_view value)
{
    return std::string(find(read_field_value(value).parameters, "filename"));
}

} // namespace

TEST_CASE("message/parameters: words, quotes, comments")
{
    const auto value =
        read_field_value(" Text/Plain (really); Charset = \"UTF-8\" ; format=flowed (x)");
    CHECK(value.word == "text/plain");
    CHECK(find(value.parameters, "charset") == "UTF-8");
    CHECK(find(value.parameters, "format") == "flowed");
    CHECK(find(value.parameters, "delsp").empty());
    CHECK(read_field_value("").word.empty());
    CHECK(find(read_field_value("x; a=1; a=2").parameters, "a") == "1");
}

TEST_CASE("message/parameters: in pieces, and in other alphabets")
{
    CHECK(name_in("attachment; filename*=utf-8''na%C3%AFve.txt") == "naïve.txt");
    CHECK(name_in("attachment; filename*=iso-8859-1'fr'caf%E9") == "café");
    CHECK(name_in("a; filename*0=\"one \"; filename*1=two") == "one two");
    CHECK(name_in("a; filename*1*=%C3%A9.txt; filename*0*=utf-8''a") == "aé.txt");
    CHECK(name_in("a; filename*0*=utf-8''a%20; filename*1=\"100%20\"") == "a 100%20");
    CHECK(name_in("a; filename*0=a; filename*2=c") == "a");
    // One for old readers, one for others, in any order.
    CHECK(name_in("a; filename=old; filename*=utf-8''n%C3%A9w") == "néw");
    CHECK(name_in("a; filename*=utf-8''n%C3%A9w; filename=old") == "néw");
    CHECK(name_in("a; filename*=%41%zz%4") == "A%zz%4");
}

TEST_CASE("message/parameters: what programs write against the rules")
{
    CHECK(name_in("a; filename=\"=?utf-8?q?caf=C3=A9?=\"") == "café");
    CHECK(name_in("a; filename=my file (1).pdf; size=3") == "my file (1).pdf");
    CHECK(name_in("a; filename=\"caf\xE9\"") == "café");
    CHECK(name_in("a; filename=\"never ends") == "\"never ends");
    CHECK(name_in("a;;; = ; filename=x;") == "x");
    CHECK(name_in("a; filename=\"a\r\n\tb\"") == "a b");
    CHECK(name_in("a; (never ends; filename=x").empty());
}

TEST_CASE("message/parameters: hostile ones are bounded")
{
    std::string value = "x";
    for (int i = 0; i < 100000; ++i)
        value += ";a*" + std::to_string(i) + "*=\"\\\"";
    CHECK(read_field_value(value).parameters.size() <= 100);
    CHECK(read_field_value("x" + std::string(1000000, '(')).parameters.empty());
    CHECK(read_field_value(std::string(1000000, 'x')).word.size() == 100);
}
