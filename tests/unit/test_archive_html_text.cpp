#include "archive/html_text.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

namespace
{

std::string text_of(std::string_view html)
{
    return html_text(html, 1 << 20);
}

} // namespace

TEST_CASE("archive/html_text: paragraphs and white space")
{
    CHECK(text_of("<p>a  b\n c</p><p>d<br>e</p>") == "a b c\n\nd\ne\n");
    CHECK(text_of("<div>a</div><div>b</div>") == "a\nb\n");
    CHECK(text_of("a <b>b</b>c&nbsp;&nbsp;d") == "a bc d\n");
    CHECK(text_of("<pre>a  b\n  c</pre>d") == "a  b\n  c\n\nd\n");
    CHECK(text_of("a<hr>b") == "a\n\n----\n\nb\n");
    CHECK(text_of("<h1>t</h1>x") == "t\n\nx\n");
    CHECK(text_of("a<br><br><br><br><br>b") == "a\n\n\nb\n");
    CHECK(text_of(" <p> </p> ").empty());
    CHECK(text_of("\xC2").size() == 2);
}

TEST_CASE("archive/html_text: lists, quotes, tables")
{
    CHECK(text_of("<ul><li>a<li>b<ol><li>c<li>d</ol></ul>e") == "* a\n* b\n  1. c\n  2. d\n\ne\n");
    CHECK(text_of("a<blockquote>b<blockquote>c</blockquote></blockquote>d") ==
          "a\n\n> b\n>\n>> c\n\nd\n");
    CHECK(text_of("<table><tr><td>a<td>b<tr><td>c<td>d</table>") == "a\tb\nc\td\n");
    CHECK(text_of("</ul></blockquote></pre></a>x") == "x\n");
}

TEST_CASE("archive/html_text: links and pictures")
{
    CHECK(text_of("<a href='https://x.example/'>this</a> is") == "this <https://x.example/> is\n");
    CHECK(text_of("<a href='https://x.example/'>x.example</a>") == "x.example\n");
    CHECK(text_of("<a href='javascript:x'>this</a>") == "this\n");
    CHECK(text_of("<a href='https://x.example/'></a>x") == "x\n");
    CHECK(text_of("<a href='https://x.example/> <'>a</a>") == "a\n");
    CHECK(text_of("<a href='https://x.example/" + std::string(400, 'a') + "'>a</a>") == "a\n");
    CHECK(text_of("<img alt='a cat'><img alt=''><img>") == "[a cat]\n");
}

TEST_CASE("archive/html_text: what is hidden stays so")
{
    CHECK(text_of("<head><title>t</title><style>s</style></head>a<script>b</script>") == "a\n");
    CHECK(text_of("<div style='display : NONE'>a<div>b</div>c</div>d") == "d\n");
    CHECK(text_of("<template>a</template>b") == "b\n");
}

TEST_CASE("archive/html_text: hostile pages are bounded")
{
    std::string deep;
    for (int i = 0; i < 100000; ++i)
        deep += "<blockquote><ul><li>";
    CHECK(text_of(deep + "x").size() < 100);
    std::string quotes = deep;
    for (int i = 0; i < 100000; ++i)
        quotes += "<p>x";
    CHECK(html_text(quotes, 1000).size() < 1100);
    for (const char* piece :
         {"<", "<!--", "<a href='", "<a ", "&", "&#", "</", "<script>", "<p x="}) {
        std::string many;
        while (many.size() < 1000000)
            many += piece;
        CHECK(text_of(many).size() <= many.size() + 1);
    }
}
