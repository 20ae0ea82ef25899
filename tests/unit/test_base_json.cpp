#include "base/json.hpp"

#include <doctest/doctest.h>

using namespace std::string_view_literals;

TEST_CASE("base/json: members in order, each kind of value")
{
    mn::Json line;
    line.add("text", "x").add("view", "y"sv).add("number", 7).add("big", 18446744073709551615U);
    line.add("yes", true).add("no", false);
    line.add("list", std::vector<std::string>{"a", "b"}).add("none", std::vector<std::string>{});
    CHECK(line.text() == R"({"text":"x","view":"y","number":7,"big":18446744073709551615,)"
                         R"("yes":true,"no":false,"list":["a","b"],"none":[]})");
    CHECK(mn::Json().text() == "{}");
}

TEST_CASE("base/json: what must be escaped is, keys too")
{
    CHECK(mn::Json().add("k\"", "a\"b\\c/\n\x1f\x7f\0"sv).text() ==
          R"({"k\"":"a\"b\\c/\u000a\u001f\u007f\u0000"})");
}

TEST_CASE("base/json: valid UTF-8 stays, everything else becomes U+FFFD")
{
    const auto quoted = [](std::string_view text) {
        const std::string line = mn::Json().add("", text).text();
        return line.substr(5, line.size() - 7);
    };
    for (const auto text : {"\xc3\xa4"sv, "\xe2\x82\xac"sv, "\xed\x9f\xbf"sv, "\xf0\x9f\x93\xac"sv,
                            "\xf4\x8f\xbf\xbf"sv})
        CHECK(quoted(text) == text);

    const auto unknown = "\xef\xbf\xbd"sv;
    CHECK(quoted("\x80"sv) == unknown); // continuation without a start
    CHECK(quoted("\xc3"sv) == unknown); // cut off
    CHECK(quoted("\xe2\x82"sv) == std::string(unknown) + std::string(unknown));
    CHECK(quoted("\xc3("sv) == std::string(unknown) + "(");
    for (const auto text : {"\xc0\x80"sv, "\xc1\xbf"sv}) // overlong
        CHECK(quoted(text) == std::string(unknown) + std::string(unknown));
    for (const auto text : {"\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv}) { // overlong; a surrogate
        CAPTURE(text);
        CHECK(quoted(text).starts_with(unknown));
        CHECK(quoted(text).find(text) == std::string::npos);
    }
    for (const auto text : {"\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv})
        CHECK(quoted(text).starts_with(unknown));
}
