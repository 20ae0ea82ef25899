#include "archive/text_links.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

namespace
{

std::string linked(std::string_view line, Addresses addresses = Addresses::hide)
{
    std::string html;
    append_linked(html, line, addresses);
    return html;
}

std::string link(std::string_view url, std::string_view text)
{
    return mn::cat("<a href=\"", url, "\" rel=\"nofollow noopener\">", text, "</a>");
}

} // namespace

TEST_CASE("archive/text_links: http and https, without the punctuation around them")
{
    const std::string x = link("https://x.example/a", "https://x.example/a");
    CHECK(linked("https://x.example/a") == x);
    CHECK(linked("see <https://x.example/a>, (https://x.example/a).") ==
          mn::cat("see &lt;", x, "&gt;, (", x, ")."));
    CHECK(linked("https://x.example/a_(b)") ==
          link("https://x.example/a_(b)", "https://x.example/a_(b)"));
    CHECK(linked("HTTPS://x.example/?a&b=\"") ==
          mn::cat(link("HTTPS://x.example/?a&amp;b=", "HTTPS://x.example/?a&amp;b="), "&quot;"));
    CHECK(linked("看https://x.example/a。") == mn::cat("看", x, "。"));
    CHECK(linked("https://x.example/é") == link("https://x.example/%C3%A9", "https://x.example/é"));
}

TEST_CASE("archive/text_links: nothing else")
{
    for (const char* text : {"javascript://x", "data:text/html,x", "http://", "https:// x", "://x",
                             "file:///etc/passwd", "http://.", "ftp://x.example"}) {
        CAPTURE(text);
        CHECK(linked(text) == text);
    }
    const std::string longest = "https://x.example/" + std::string(3000, 'a');
    CHECK(linked(longest) == longest);
}

TEST_CASE("archive/text_links: addresses")
{
    CHECK(linked("ann@example.org <b>") == "ann@… &lt;b&gt;");
    CHECK(linked("ann@example.org", Addresses::at) == "ann at example.org");
    CHECK(linked("a&b@example.org", Addresses::full) ==
          link("mailto:a%26b@example.org", "a&amp;b@example.org"));
    // Where Message-IDs are, and where addresses are.
    CHECK(linked("https://x.example/1@y.example/") ==
          link("https://x.example/1%40y.example/", "https://x.example/1%40y.example/"));
    CHECK(linked("https://x.example/?m=ann@example.org&x") == "https://x.example/?m=ann@…");
    CHECK(linked("https://x.example/?m=ann%40example.org") == "https://x.example/?m=ann@…");
    CHECK(linked("https://x.example/?m=a@b.example", Addresses::full) ==
          link("https://x.example/?m=a@b.example", "https://x.example/?m=a@b.example"));
    CHECK(linked("http://bank.example@evil.example/x") == "http://bank.example@…/x");
}
