#include "archive/html_tokens.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

namespace
{

std::string told(std::string_view html)
{
    HtmlTokens tokens(html);
    std::string text;
    while (const auto token = tokens.next()) {
        using Kind = HtmlToken::Kind;
        if (token->kind == Kind::text)
            text += token->text;
        else
            text += mn::cat("{", token->kind == Kind::end ? "/" : "", token->name, "}");
    }
    return text;
}

} // namespace

TEST_CASE("archive/html_tokens: tags, comments, scripts")
{
    CHECK(told("a<B x=1>b</b >c<br/>") == "a{b}b{/b}c{br}");
    CHECK(told("<!doctype html>a<!-- <b> -->b<!-->c<?x?>d") == "abcd");
    CHECK(told("<script>if (a<b) '</p>'</SCRIPT>x<style>p{}</style>") ==
          "{script}{/script}x{style}{/style}");
    CHECK(told("1 < 2 <3 <> </ >") == "1 < 2 <3 <> </ >");
    CHECK(told("<a title='>'>x<a title=\">\">y<a x'>z") == "{a}x{a}y{a}z");
}

TEST_CASE("archive/html_tokens: what never ends hides the rest")
{
    CHECK(told("a<!-- b") == "a");
    CHECK(told("a<script>b") == "a{script}");
    CHECK(told("a<b x=\"c>") == "a");
    CHECK(told("a<b") == "a");
    CHECK(told("<") == "<");
}

TEST_CASE("archive/html_tokens: attributes and characters")
{
    constexpr std::string_view tag = " a=1 HREF = 'x&amp;y' b=\"href=no\" c";
    CHECK(html_attribute(tag, "href") == "x&y");
    CHECK(html_attribute(tag, "a") == "1");
    CHECK(html_attribute(tag, "c").empty());
    CHECK(html_attribute(" href", "href").empty());
    CHECK(html_attribute(" href=", "href").empty());
    CHECK(html_attribute(" href=\"x", "href") == "x");
    CHECK(html_characters("&lt;&eacute;&#233;&#xE9;&hellip;&amp") == "<ééé…&");
    CHECK(html_characters("&#128;&#x110000;&#xD800;") == "€\uFFFD\uFFFD");
    CHECK(html_characters("a&b &; &nosuch; &#; &#x; &") == "a&b &; &nosuch; &#; &#x; &");
    CHECK(html_characters("&#99999999999999999999;") == "\uFFFD");
}
