#include "archive_fixture.hpp"
#include "base/text.hpp"
#include "markup_check.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;
using namespace mn::test;

namespace
{

Hit hit_with(const std::string& context)
{
    return {first_place().key, "Tea", "Ann Example", first_place().date, context, {}};
}

} // namespace

TEST_CASE("archive/pages_search: hits with their words marked")
{
    Results results;
    results.words = "tea & milk";
    results.hits = {hit_with("Green tea & milk")};
    results.hits[0].marks = {{6, 3}, {12, 4}};
    const std::string page = result_page(cats(), results);
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "<title>tea &amp; milk - cats</title>"));
    CHECK(contains(page, "value=\"tea &amp; milk\""));
    CHECK(
        contains(page, cat("<h2><a href=\"../", page_path(first_place().key), "\">Tea</a></h2>")));
    CHECK(contains(page, "Green <mark>tea</mark> &amp; <mark>milk</mark></p>"));
    CHECK(contains(page, "<time>2026-11-23</time>"));
    CHECK(contains(page, "noindex"));
    CHECK_FALSE(contains(page, "class=\"turn\""));
}

TEST_CASE("archive/pages_search: marks that make no sense are left out")
{
    Results results;
    results.words = "x";
    results.hits = {hit_with("abc")};
    results.hits[0].marks = {{1, 1}, {0, 1}, {2, 9}, {9, 1}, {2, std::size_t(-1)}};
    const std::string page = result_page(cats(), results);
    CHECK(contains(page, "a<mark>b</mark>c</p>"));
}

TEST_CASE("archive/pages_search: pages, nothing asked, nothing found, no time")
{
    Results results;
    CHECK_FALSE(contains(result_page(cats(), results), "Nothing was found"));
    CHECK(contains(result_page(cats(), results), "<form role=\"search\" action=\"./\">"));
    results.words = "tea milk";
    CHECK(contains(result_page(cats(), results), "Nothing was found"));
    results.page = 3;
    results.has_more = true;
    results.is_cut = true;
    const std::string page = result_page(cats(), results);
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "<a href=\"?q=tea%20milk&amp;page=2\" rel=\"prev\">"));
    CHECK(contains(page, "<a href=\"?q=tea%20milk&amp;page=4\" rel=\"next\">"));
    CHECK(contains(page, "took too long"));
}

TEST_CASE("archive/pages_search: whatever is asked and found, the page is whole and inert")
{
    Results results;
    results.words = hostile;
    results.hits = {hit_with(hostile)};
    results.hits[0].subject = hostile;
    results.hits[0].author = hostile;
    results.hits[0].marks = {{0, 3}, {5, 4}};
    results.has_more = true;
    const std::string page = result_page(cats(), results);
    CHECK(markup_problem(page) == "");
    CHECK_FALSE(contains(page, "<script"));
}

TEST_CASE("archive/pages_search: why there are no results")
{
    for (const int status : {400, 404, 405, 503}) {
        const std::string page = search_error_page(cats(), status);
        CHECK(markup_problem(page) == "");
        CHECK(contains(page, "<h1>Search</h1>"));
    }
    CHECK(contains(search_error_page(cats(), 503), "try again later"));
    CHECK(contains(search_error_page(cats(), 404), "no such list"));
}
