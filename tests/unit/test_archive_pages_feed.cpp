#include "archive_fixture.hpp"
#include "base/text.hpp"
#include "markup_check.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;
using namespace mn::test;

TEST_CASE("archive/pages_feed: Atom: what a feed and its entries must have")
{
    const Place place = first_place();
    const std::string link = cat(cats().url, page_path(place.key));
    const std::string text =
        feed(cats(), {{place.key, "Tea & milk", "Ann", place.date, "Hello <cats>"},
                      {place.key, "Older", "Bob", place.date + 60, ""}});
    CHECK(markup_problem(text) == "");
    CHECK(text.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed "
                           "xmlns=\"http://www.w3.org/2005/Atom\">"));
    CHECK(contains(text, "<title>cats</title>\n<id>https://lists.example.org/cats/</id>"));
    CHECK(contains(text, "<link rel=\"self\" type=\"application/atom+xml\" "
                         "href=\"https://lists.example.org/cats/new.atom\"/>\n"
                         "<updated>2026-11-23T09:40:12Z</updated>\n<entry>"));
    CHECK(contains(text, cat("<entry>\n<title>Tea &amp; milk</title>\n<id>", link, "</id>")));
    CHECK(contains(text,
                   "<updated>2026-11-23T09:39:12Z</updated>\n<author><name>Ann</name></author>\n"
                   "<summary>Hello &lt;cats&gt;</summary>\n</entry>"));
    CHECK(text.ends_with("</feed>\n"));
}

TEST_CASE("archive/pages_feed: an empty list, hostile messages")
{
    CHECK(contains(feed(cats(), {}), "<updated>1970-01-01T00:00:00Z</updated>\n</feed>\n"));
    const std::string text = feed(cats(), {{first_place().key, hostile, hostile, 0, hostile}});
    CHECK(markup_problem(text) == "");
    CHECK_FALSE(contains(text, "<script"));
    CHECK_FALSE(contains(text, "\x01"));
}
