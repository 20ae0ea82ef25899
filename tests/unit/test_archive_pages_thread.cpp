#include "archive_fixture.hpp"
#include "base/text.hpp"
#include "markup_check.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;
using namespace mn::test;

TEST_CASE("archive/pages_thread: head, records and tail are one page")
{
    const auto facts = cats();
    const Place first = first_place();
    const Place answer = answer_place();
    const std::string page =
        cat(thread_head(facts, first.root, "Tea < coffee", 1),
            thread_record(facts, article_about("Tea < coffee"), first),
            thread_record(facts, article_about("Re: Tea < coffee"), answer), thread_tail());
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "<title>Tea &lt; coffee - cats</title>"));
    CHECK(contains(page, "<h1>Tea &lt; coffee</h1>"));
    CHECK(contains(page, cat("<article id=\"", first.key, "\"><h2>Ann Example</h2>")));
    CHECK(contains(page, cat("<article id=\"", answer.key, "\" class=\"d1\">")));
    CHECK(contains(page, cat("<a href=\"#", first.key, "\">Parent</a>")));
    CHECK(contains(page, cat("href=\"../../", page_path(answer.key),
                             "\"><time>2026-11-23 09:39Z</time></a>")));
    CHECK_FALSE(contains(page, "class=\"subject\""));
    CHECK_FALSE(contains(page, "class=\"turn\""));
}

TEST_CASE("archive/pages_thread: pages lead to each other, and to parents on other pages")
{
    const auto facts = cats();
    Place answer = answer_place();
    answer.thread_page = 3;
    answer.parent_page = 1;
    const std::string page = cat(thread_head(facts, answer.root, "Tea", 3),
                                 thread_record(facts, article_about("Re: Tea"), answer),
                                 thread_last_tail(answer.root, 4));
    CHECK(markup_problem(page) == "");
    CHECK(contains(page, "<h1>Tea, page 3</h1>"));
    CHECK(contains(page, cat("<a href=\"", answer.root, "-2.html\" rel=\"prev\">")));
    CHECK(contains(page, cat("<a href=\"", answer.root, "-4.html\" rel=\"next\">")));
    CHECK(contains(page, cat("<a href=\"", answer.root, ".html#", answer.parent, "\">Parent</a>")));
    CHECK(contains(thread_head(facts, answer.root, "Tea", 2),
                   cat("<a href=\"", answer.root, ".html\" rel=\"prev\">")));
    CHECK(thread_path(answer.root, 1) ==
          cat("t/", answer.root.substr(0, 2), "/", answer.root, ".html"));
    CHECK(thread_path(answer.root, 2) ==
          cat("t/", answer.root.substr(0, 2), "/", answer.root, "-2.html"));
}

TEST_CASE("archive/pages_thread: a new subject is shown, that of an answer is not; depth ends")
{
    Place answer = answer_place();
    answer.depth = 50;
    const std::string record = thread_record(cats(), article_about("Milk (was: Tea)"), answer);
    CHECK(contains(record, "<p class=\"subject\">Milk (was: Tea)</p>"));
    CHECK(contains(record, "class=\"d9\""));
    CHECK_FALSE(
        contains(thread_record(cats(), article_about("AW: Tea"), answer), "class=\"subject\""));
    CHECK_FALSE(contains(thread_record(cats(), article_about("[x] [y] Re: Tea"), answer),
                         "class=\"subject\""));
    CHECK_FALSE(
        contains(thread_record(cats(), article_about("Tea"), first_place()), "class=\"subject\""));
}

TEST_CASE("archive/pages_thread: whatever the fields are, the page is whole and inert")
{
    const std::string page = cat(thread_head(cats(), first_place().root, hostile, 1),
                                 thread_record(cats(), hostile_article(), answer_place()),
                                 removed_thread_record(cats(), answer_place()), thread_tail());
    CHECK(markup_problem(page) == "");
    CHECK_FALSE(contains(page, "<script"));
    CHECK_FALSE(contains(page, "\x01"));
}

TEST_CASE("archive/pages_thread: of one removed its place is left")
{
    const Place answer = answer_place();
    const std::string record = removed_thread_record(cats(), answer);
    CHECK(contains(record, cat("<article id=\"", answer.key, "\" class=\"d1\"><h2>Removed</h2>")));
    CHECK(contains(record, "Parent"));
    CHECK_FALSE(contains(record, "mailto:"));
}
