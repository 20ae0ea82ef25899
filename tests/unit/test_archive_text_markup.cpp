#include "archive/text_markup.hpp"

#include "base/text.hpp"
#include "well_formed.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

namespace
{

std::string marked(std::string_view text)
{
    std::string html;
    append_text_markup(html, text, Addresses::hide);
    CHECK(is_well_formed_markup(html));
    return html;
}

} // namespace

TEST_CASE("archive/text_markup: paragraphs and quotes")
{
    CHECK(marked("a\n\n\nb <c>\n") == "<pre>a\n\n\nb &lt;c&gt;</pre>\n");
    CHECK(marked("\n\na\n\n> q\n> r\n\nb\n") ==
          "<pre>a</pre>\n<blockquote><pre>q\nr</pre>\n</blockquote>\n<pre>b</pre>\n");
    CHECK(marked("> a\n>\n> b\n") == "<blockquote><pre>a\n\nb</pre>\n</blockquote>\n");
    CHECK(marked(">> a\n> b\n") == "<blockquote><blockquote><pre>a</pre>\n</blockquote>\n"
                                   "<pre>b</pre>\n</blockquote>\n");
    CHECK(marked("").empty());
    CHECK(marked("\n \n>\n").empty());
}

TEST_CASE("archive/text_markup: signatures and patches")
{
    CHECK(marked("a\n-- \nAnn\n\nx\n") == "<pre>a</pre>\n<pre class=\"sig\">Ann\n\nx</pre>\n");
    CHECK(marked("> a\n> -- \n> Ann\n") == "<blockquote><pre>a\n--\nAnn</pre>\n</blockquote>\n");
    CHECK(marked("a\n@@ -1,2 +1,2 @@\n-b\n-c\n+d\n+<e>\nf\n") ==
          "<pre>a\n<b class=\"at\">@@ -1,2 +1,2 @@</b>\n<del>-b\n-c</del>\n"
          "<ins>+d\n+&lt;e&gt;</ins>\nf</pre>\n");
}

TEST_CASE("archive/text_markup: hostile text stays small and well-formed")
{
    std::string zigzag;
    for (int i = 0; i < 50000; ++i)
        zigzag += ">>>>>>>>>>>>x\ny\n";
    CHECK(marked(zigzag).size() < 3 * zigzag.size());
    const std::string deep = marked(std::string(100000, '>') + "x\n");
    CHECK(deep.size() < 1000);
}
