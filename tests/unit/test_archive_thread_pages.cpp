// src/archive/thread_pages.hpp, month_pages.hpp, post_key.hpp, removal.hpp, mbox_record.hpp
#include "archive/thread_pages.hpp"

#include "archive/mbox_record.hpp"
#include "archive/month_pages.hpp"
#include "archive/post_key.hpp"
#include "archive/removal.hpp"
#include "archive_fixture.hpp"
#include "list_fixture.hpp"
#include "message/message_key.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;

namespace
{

/// An archive to which messages are added, each as a batch of its own.
struct Threads {
    ScratchDirectory scratch;
    Tree tree{scratch.path()};
    Changes changes{tree};
    ListFacts facts = test::cats();
    ThreadPages pages{tree, changes, facts};

    Place add(const std::string& id, const std::vector<std::string>& references)
    {
        Article article = test::article_about("tea");
        article.id = id;
        article.references = references;
        Place place;
        place.key = key_of(id);
        pages.place(article, place.key, place);
        changes.add(page_path(place.key), message_page(facts, article, place));
        pages.add(place, {thread_record(facts, article, place), "tea", "Ann"});
        pages.finish();
        changes.write();
        changes.clear();
        pages.forget();
        return place;
    }
};

} // namespace

TEST_CASE("archive/thread_pages: a message belongs to what it answers")
{
    Threads threads;
    CHECK(threads.add("1", {}).root == key_of("1"));
    const Place second = threads.add("2", {"1"});
    CHECK(second.root == key_of("1"));
    CHECK(second.parent == key_of("1"));
    CHECK(second.depth == 1);
    const Place third = threads.add("3", {"missing", "2", "missing too"});
    CHECK(third.root == key_of("1"));
    CHECK(third.parent == key_of("2"));
    CHECK(third.depth == 2);
    CHECK(threads.add("4", {}).root == key_of("4"));
}

TEST_CASE("archive/thread_pages: answers to one that is not there are together, and it finds them")
{
    Threads threads;
    CHECK(threads.add("2", {"1"}).root == key_of("1"));
    const Place third = threads.add("3", {"1", "x"});
    CHECK(third.root == key_of("1"));
    CHECK(third.parent.empty());
    CHECK(third.depth == 1);
    const Place first = threads.add("1", {});
    CHECK(first.root == key_of("1"));
    CHECK(first.depth == 0);
    CHECK(threads.add("4", {"1"}).parent == key_of("1"));
}

TEST_CASE("archive/thread_pages: so many references are looked at, and no more")
{
    Threads threads;
    threads.add("1", {});
    std::vector<std::string> references{"x", "1"};
    for (std::size_t i = 0; i < max_references - 1; ++i)
        references.push_back("missing" + std::to_string(i));
    CHECK(threads.add("2", references).parent == key_of("1"));
    references.emplace_back("one more");
    CHECK(threads.add("3", references).parent.empty());
}

TEST_CASE("archive/thread_pages: a page that does not say how big the thread is, is damage")
{
    Threads threads;
    threads.add("1", {});
    const std::string path = thread_path(key_of("1"), 1);
    const std::string page = threads.tree.read(path, 99999).value_or("");
    for (const char* const end :
         {"", "<!--mn -->\n", "<!--mn 1 2 0 =a =b-->\n", "<!--mn 1 2 3 a b-->\n"}) {
        threads.tree.write(path, page.substr(0, page.rfind("<!--mn")) + end);
        CHECK_THROWS_AS(threads.add("2", {"1"}), Damaged);
        threads.changes.clear();
        threads.pages.forget();
    }
}

TEST_CASE("archive/month_pages: months by UTC, 200 on a page")
{
    const ScratchDirectory scratch;
    const Tree tree(scratch.path());
    Changes changes(tree);
    const ListFacts facts = test::cats();
    std::map<std::string, unsigned> messages{{"2026-02", 200}};
    const MonthPages months(changes, facts, messages);
    Place place;
    place.date = 1772323199; // 2026-02-28 23:59:59
    months.place(place);
    CHECK(place.month == "2026-02");
    CHECK(place.month_page == 2);
    ++place.date;
    months.place(place);
    CHECK(place.month == "2026-03");
    CHECK(place.month_page == 1);
    messages["1970-01"] = 1;
    const auto summaries = month_summaries(messages);
    REQUIRE(summaries.size() == 2);
    CHECK(summaries.front().month == "2026-02");
    CHECK(summaries.front().pages == 1);
}

TEST_CASE("archive/post_key: a message without a Message-ID is named by all of it")
{
    Article article;
    CHECK(base_key_of(article, "a") != base_key_of(article, "b"));
    CHECK(is_message_key(base_key_of(article, "a")));
    article.id = "1@example.net";
    CHECK(base_key_of(article, "a") == key_of("1@example.net"));
    CHECK(numbered_key("k", 1) == "k");
    CHECK(numbered_key("k", 12) == "k-12");
}

TEST_CASE("archive/removal: what people call a message by")
{
    const std::string key = key_of("1@example.net");
    CHECK(key_of_name("1@example.net") == key);
    CHECK(key_of_name(" <1@example.net>\n") == key);
    CHECK(key_of_name(key) == key);
    CHECK(key_of_name("https://example.org/cats/" + page_path(key)) == key);
    CHECK(key_of_name("m/ab/" + key + "-2.html") == key);
    CHECK_FALSE(key_of_name(""));
    CHECK_FALSE(key_of_name("../../etc/passwd"));
    CHECK_FALSE(key_of_name("index.html"));
}

TEST_CASE("archive/removal: marks, and nothing else that lies there")
{
    const ListDirectory directory;
    const list::List list(directory.path());
    CHECK(removed_keys(list).empty());
    const std::string key = key_of("1");
    CHECK(mark_removed(list, key));
    CHECK_FALSE(mark_removed(list, key));
    directory.put("mailnode/web-removed/README", "x");
    CHECK(removed_keys(list) == std::set<std::string>{key});
}

TEST_CASE("archive/mbox_record: nothing of a message ends a line of the header, or a record")
{
    Article article = test::article_about("a\nFrom: b");
    article.author = "Ann\r\nSubject: c";
    const std::string record = mbox_record(test::cats(), article, test::first_place(),
                                           "From a\n>From b\nfrom c\n\nFrom d");
    CHECK(record.starts_with("From " + test::first_place().key + "@example.org "));
    CHECK(record.find("\nSubject: c") == std::string::npos);
    CHECK(record.find("\nFrom: b") == std::string::npos);
    CHECK(record.ends_with("\n\n>From a\n>>From b\nfrom c\n\n>From d\n\n"));
    CHECK(record.find("Message-ID") == std::string::npos);
    ListFacts facts = test::cats();
    facts.addresses = Addresses::full;
    CHECK(mbox_record(facts, article, test::first_place(), "")
              .find("Message-ID: <1@example.org>\n") != std::string::npos);
}
