#include "archive_fixture.hpp"
#include "base/text.hpp"
#include "markup_check.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;
using namespace mn::test;

TEST_CASE("archive/pages_month: head, rows and tail are one page")
{
    const Place first = first_place();
    const Place answer = answer_place();
    const std::string page =
        cat(month_head(cats(), "2026-11", 1), month_record(cats(), article_about("Tea"), first),
            month_record(cats(), article_about("Re: Tea"), answer), month_tail());
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "<h1>November 2026</h1>"));
    CHECK(contains(page, cat("<li><time>2026-11-23</time> <a href=\"../", page_path(first.key),
                             "\">Tea</a> <span>Ann Example</span></li>\n")));
    CHECK(contains(page, "<li class=\"re\">"));
    CHECK(contains(page, "<a href=\"2026-11.mbox\">"));
    CHECK(contains(page, "href=\"../style.css\""));
    CHECK_FALSE(contains(page, "class=\"turn\""));
}

TEST_CASE("archive/pages_month: pages lead to each other")
{
    const std::string second = cat(month_head(cats(), "2026-02", 2), month_last_tail("2026-02", 3));
    CHECK(markup_problem(second) == "");
    CHECK(contains(second, "<h1>February 2026, page 2</h1>"));
    CHECK(contains(second, "<a href=\"./\" rel=\"prev\">"));
    CHECK(contains(second, "<a href=\"index-3.html\" rel=\"next\">"));
    CHECK(contains(month_head(cats(), "2026-02", 3), "<a href=\"index-2.html\" rel=\"prev\">"));
    CHECK(month_path("2026-02", 1) == "2026-02/index.html");
    CHECK(month_path("2026-02", 2) == "2026-02/index-2.html");
}

TEST_CASE("archive/pages_month: hostile and removed messages")
{
    const std::string page = cat(month_head(cats(), "2026-11", 1),
                                 month_record(cats(), hostile_article(), first_place()),
                                 removed_month_record(cats(), answer_place()), month_tail());
    CHECK(markup_problem(page) == "");
    CHECK_FALSE(contains(page, "<script"));
    CHECK(contains(page, ">Removed</a></li>"));
}

TEST_CASE("archive/pages_month: what is no month stays as it is")
{
    CHECK(contains(month_head(cats(), "2026-13", 1), "<h1>2026-13</h1>"));
    CHECK(contains(month_head(cats(), "x", 1), "<h1>x</h1>"));
    CHECK(contains(month_head(cats(), "9999-12", 1), "<h1>December 9999</h1>"));
}
