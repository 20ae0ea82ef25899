#include "archive_fixture.hpp"
#include "base/text.hpp"
#include "markup_check.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;
using namespace mn::test;

TEST_CASE("archive/pages_message: what readers see of a message, and where it leads")
{
    const Place place = first_place();
    const std::string page = message_page(cats(), article_about("Hello & welcome"), place);
    CHECK(markup_problem(page) == "");
    CHECK(page.starts_with(cat("<!DOCTYPE html><!--mn ", place.root, " 1 0-->\n")));
    CHECK(page.ends_with("</html>\n"));
    CHECK(contains(page, "<title>Hello &amp; welcome - cats</title>"));
    CHECK(contains(page, "<h1>Hello &amp; welcome</h1>"));
    CHECK(contains(page, "<b>Ann Example</b> <time datetime=\"2026-11-23T09:39:12Z\">"
                         "2026-11-23 09:39 UTC</time>"));
    CHECK(contains(page, "Hello cats."));
    CHECK(contains(page, "<a href=\"../../\">cats</a>"));
    CHECK(contains(page, "<a href=\"../../2026-11/\">November 2026</a>"));
    CHECK(contains(page, cat("<a href=\"../../", thread_path(place.root, 1), "#", place.key,
                             "\">Thread</a>")));
    CHECK(contains(page, cat("href=\"https://lists.example.org/cats/", page_path(place.key),
                             "\">Permanent link</a>")));
    CHECK_FALSE(contains(page, "Parent"));
}

TEST_CASE("archive/pages_message: no script, no foreign style, no address of the author")
{
    const std::string page = message_page(cats(), article_about("Hello"), first_place());
    CHECK(contains(page, "content=\"default-src 'none'; style-src 'self'; img-src 'self'; "
                         "form-action 'self'; base-uri 'none'\""));
    CHECK(contains(page, "<meta name=\"referrer\" content=\"no-referrer\">"));
    CHECK_FALSE(contains(page, "script"));
    CHECK_FALSE(contains(page, "style="));
    CHECK_FALSE(contains(page, "ann@"));
    CHECK_FALSE(contains(page, "noindex"));
}

TEST_CASE("archive/pages_message: an answer goes to the list, and says what it answers")
{
    auto article = article_about("Milk + tea?");
    article.id = "a+b@example.org";
    CHECK(contains(message_page(cats(), article, first_place()),
                   "<a href=\"mailto:cats@example.org?In-Reply-To=%3Ca%2Bb%40example.org%3E&amp;"
                   "Subject=Re%3A%20Milk%20%2B%20tea%3F\">Reply</a>"));
    article.id.clear();
    article.subject = "RE: [cats] Milk";
    CHECK(contains(message_page(cats(), article, first_place()),
                   "?Subject=RE%3A%20%5Bcats%5D%20Milk\">"));
    article.subject = "[cats] re: Milk";
    CHECK(contains(message_page(cats(), article, first_place()), "?Subject=%5Bcats%5D%20re%3A"));
    article.subject = "[cats Re: Milk";
    CHECK(contains(message_page(cats(), article, first_place()), "?Subject=Re%3A%20%5Bcats"));
    article.subject = std::string(998, 'x');
    const std::string page = message_page(cats(), article, first_place());
    CHECK(contains(page, cat("Re%3A%20", std::string(300, 'x'), "\">")));
}

TEST_CASE("archive/pages_message: remarks, parent, later pages, private lists")
{
    auto facts = cats();
    facts.is_private = true;
    auto article = article_about("Hello");
    article.remarks = {"signed (OpenPGP)", "cut off"};
    auto place = answer_place();
    place.month_page = 3;
    place.thread_page = 2;
    const std::string page = message_page(facts, article, place);
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "<li>signed (OpenPGP)</li><li>cut off</li>"));
    CHECK(contains(page, cat("<a href=\"../../", page_path(place.parent), "\">Parent</a>")));
    CHECK(contains(page, "<a href=\"../../2026-11/index-3.html\">"));
    CHECK(contains(page, cat(thread_path(place.root, 2), "#", place.key)));
    CHECK(contains(page, "<meta name=\"robots\" content=\"noindex\">"));
    CHECK(page.starts_with(cat("<!DOCTYPE html><!--mn ", place.root, " 2 1-->\n")));
}

TEST_CASE("archive/pages_message: whatever the fields are, the page is whole and inert")
{
    auto facts = cats();
    for (const auto addresses : {Addresses::hide, Addresses::at, Addresses::full}) {
        facts.addresses = addresses;
        const std::string page = message_page(facts, hostile_article(), first_place());
        CHECK(markup_problem(page) == "");
        CHECK_FALSE(contains(page, "<script"));
        CHECK_FALSE(contains(page, "\x01"));
        CHECK_FALSE(contains(page, "\x7f"));
        CHECK_FALSE(contains(page, "=\"javascript:"));
    }
}

TEST_CASE("archive/pages_message: the page of one removed tells nothing but its place")
{
    const Place place = answer_place();
    const std::string page = removed_page(cats(), place);
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "This message was removed"));
    CHECK_FALSE(contains(page, "mailto:"));
    const auto mark = read_mark(page);
    REQUIRE(mark);
    CHECK(mark->root == place.root);
    CHECK(mark->depth == 1);
}

TEST_CASE("archive/pages_message: the mark is read back from the first bytes")
{
    auto place = first_place();
    place.root = cat(place.root, "-12");
    place.thread_page = 34;
    place.depth = 99;
    const std::string page = message_page(cats(), article_about("x"), place);
    const auto mark = read_mark(std::string_view(page).substr(0, mark_length));
    REQUIRE(mark);
    CHECK(mark->root == place.root);
    CHECK(mark->thread_page == 34);
    CHECK(mark->depth == 99);
}

TEST_CASE("archive/pages_message: what is no mark")
{
    const std::string key = first_place().root;
    const std::string begin = cat("<!DOCTYPE html><!--mn ", key);
    CHECK(read_mark(cat(begin, " 1 0-->")));
    for (const std::string& text :
         {std::string(), std::string("<!DOCTYPE html>"), cat(begin, " 1 0"), cat(begin, " 1-->"),
          cat(begin, " 0 0-->"), cat(begin, " 1 x-->"), cat(begin, " 1 0 0-->"),
          cat(begin, "-x 1 0-->"), cat(begin, "x 1 0-->"), cat(begin, "- 1 0-->"),
          cat(begin, " 4294967297 0-->"), cat(begin, " 1 4294967297-->"),
          std::string("<!DOCTYPE html><!--mn ../../../../../../etc/shadow/////// 1 0-->")}) {
        CAPTURE(text);
        CHECK_FALSE(read_mark(text));
    }
}

TEST_CASE("archive/pages_message: what a page adds to the text stays small")
{
    const auto article = article_about("A subject of usual length, as it were");
    const std::string page = message_page(cats(), article, answer_place());
    const std::string body = body_markup(article, {});
    CHECK(page.size() - body.size() < 1700);
    const std::string record = thread_record(cats(), article, answer_place());
    CHECK(record.size() - body.size() < 500);
    CHECK(month_record(cats(), article, answer_place()).size() < 250);
}
