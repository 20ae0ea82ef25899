#include "archive_fixture.hpp"
#include "base/text.hpp"
#include "markup_check.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;
using namespace mn::test;

namespace
{

ThreadSummary thread_about(const std::string& subject)
{
    return {first_place().root, subject, "Ann Example", 0, first_place().date, 1234, 7};
}

} // namespace

TEST_CASE("archive/pages_list: the page of a list")
{
    auto facts = cats();
    facts.subscribe = "cats+subscribe@example.org";
    const std::string root = first_place().root;
    const std::string page =
        list_page(facts, {thread_about("Tea & milk")},
                  {{"2026-11", 12, 1}, {"2026-02", 3, 1}, {"2025-12", 1, 1}}, 1234567);
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "<h1>cats</h1>"));
    CHECK(contains(page,
                   "<a href=\"mailto:cats@example.org\">cats@example.org</a> 1,234,567 messages"));
    CHECK(contains(page, "<a href=\"mailto:cats%2Bsubscribe@example.org\">Subscribe by mail</a>"));
    CHECK(contains(page, cat("<time>2026-11-23</time> <a href=\"", thread_path(root, 1),
                             "\">Tea &amp; milk</a> <span>Ann Example, 1,234 messages, <a href=\"",
                             thread_path(root, 7), "\">newest</a></span>")));
    CHECK(contains(page, "<h3>2026</h3>\n<ul class=\"months\">\n<li><a href=\"2026-11/\">November "
                         "<small>(12)</small></a></li>\n<li><a href=\"2026-02/\">February"));
    CHECK(contains(page, "</ul>\n<h3>2025</h3>"));
    CHECK(
        contains(page, "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"new.atom\">"));
    CHECK(contains(page, "href=\"style.css\""));
    CHECK_FALSE(contains(page, "<form"));
}

TEST_CASE("archive/pages_list: an empty list, one with a search, a private one")
{
    auto facts = cats();
    facts.can_search = true;
    facts.is_private = true;
    const std::string page = list_page(facts, {}, {}, 0);
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "There are no messages yet."));
    CHECK(contains(page, "0 messages"));
    CHECK(contains(page, "<form role=\"search\" action=\"search/\">"));
    CHECK(contains(page, "noindex"));
    CHECK_FALSE(contains(page, "Subscribe"));
    CHECK(contains(list_page(facts, {}, {}, 1), "1 message<"));
    CHECK(contains(list_page(facts, {}, {}, 999), " 999 messages"));
    CHECK(contains(list_page(facts, {}, {}, 1000), " 1,000 messages"));
}

TEST_CASE("archive/pages_list: whatever the subjects are, the page is whole and inert")
{
    auto thread = thread_about(hostile);
    thread.author = hostile;
    const std::string page = list_page(cats(), {thread, thread_about("")}, {}, 2);
    CHECK(markup_problem(page) == "");
    CHECK_FALSE(contains(page, "<script"));
}

TEST_CASE("archive/pages_list: the front page")
{
    const std::string page =
        front_page("Lists & more", {{"cats", "cats@example.org", "cats/", 2, first_place().date},
                                    {hostile, hostile, hostile, 0, 0}});
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "<h1>Lists &amp; more</h1>"));
    CHECK(contains(page, "<h2><a href=\"cats/\">cats</a></h2>\n<p>cats@example.org</p>\n"
                         "<p class=\"by\">2 messages, newest <time>2026-11-23</time></p>"));
    CHECK(contains(page, "<p class=\"by\">0 messages</p>"));
    CHECK_FALSE(contains(page, "<script"));
    CHECK(contains(front_page("Lists", {}), "There are no lists here."));
}
