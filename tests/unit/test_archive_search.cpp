// src/archive/search.hpp, archive/mbox_scan.hpp
#include "archive/search.hpp"

#include "archive/mbox_scan.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "list_fixture.hpp"
#include "message/message_key.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;
using Strings = std::vector<std::string>;

namespace
{

std::string key(std::size_t number)
{
    return key_of(std::to_string(number) + "@example.net");
}

/// Its subject is its number.
std::string record(std::size_t number, const std::string& text, const std::string& author = "Ann")
{
    return cat("From ", key(number), "@example.org Sun Nov 22 12:00:00 2026\nFrom: ", author,
               "\nDate: Sun, 22 Nov 2026 12:00:00 +0000\nSubject: ", std::to_string(number),
               "\nArchived-At: <https://example.org/m/>\nContent-Type: text/plain; charset=utf-8\n",
               "\n", text, "\n\n");
}

struct Pages {
    ListDirectory directory;

    void month(const std::string& name, const std::string& mbox) const
    {
        directory.put(name + "/" + name + ".mbox", mbox);
    }
    Results operator()(const std::string& text, unsigned page = 1) const
    {
        auto query = query_of(text);
        REQUIRE(query);
        query->page = page;
        return search(open_directory(directory.path()).get(), *query);
    }
    /// What was found, by subject.
    Strings subjects(const std::string& text, unsigned page = 1) const
    {
        Strings subjects;
        for (const Hit& found : (*this)(text, page).hits)
            subjects.push_back(found.subject);
        return subjects;
    }
};

} // namespace

TEST_CASE("archive/search: all words, in author, subject or text, in any case")
{
    const Pages pages;
    pages.month("2026-11", record(1, "Green tea") + record(2, "black TEA", "Bob Ärmel") +
                               record(3, "coffee, and the leaves\nof tea"));
    CHECK(pages.subjects("tea") == Strings{"3", "2", "1"});
    CHECK(pages.subjects("TEA green") == Strings{"1"});
    CHECK(pages.subjects("bob tea") == Strings{"2"});
    CHECK(pages.subjects("ÄRMEL") == Strings{"2"});
    CHECK(pages.subjects("3 coffee") == Strings{"3"});
    CHECK(pages.subjects("green coffee").empty());
    // A line end is a space.
    CHECK(pages.subjects("\"leaves of tea\"") == Strings{"3"});
    CHECK(pages.subjects("").empty());
    CHECK(Pages().subjects("tea").empty());
}

TEST_CASE("archive/search: what only the frame of a record has is not found")
{
    const Pages pages;
    pages.month("2026-11", record(1, "x") + record(2, "y"));
    for (const char* word : {"charset", "utf-8", "archived", "nov", "from", "content-type", "12:00",
                             "\"ann 1\"", "\"x from\"", "subject"}) {
        INFO(word);
        CHECK(pages.subjects(word).empty());
    }
    CHECK(pages.subjects(key(1)).empty());
    CHECK(pages.subjects("ann") == Strings{"2", "1"});
}

TEST_CASE("archive/search: what a result says")
{
    const Pages pages;
    std::string text = "First line.\n";
    for (int count = 0; count < 40; ++count)
        text += "word after word \xc3\xa4\n";
    pages.month("2026-11", record(1, text + "here is Tea\nto drink\n" + text));
    const Results result = pages("tea");
    REQUIRE(result.hits.size() == 1);
    const Hit& found = result.hits[0];
    CHECK(found.key == key(1));
    CHECK(found.author == "Ann");
    CHECK(found.subject == "1");
    CHECK(found.date == 1795348800);
    CHECK(found.context.find("here is Tea to drink First") != std::string::npos);
    CHECK(found.context.size() <= 230);
    CHECK(found.context.find('\n') == std::string::npos);
    CHECK(pages("ann").hits.at(0).context.starts_with("First line. word after"));
    CHECK_FALSE(result.has_more);
    CHECK_FALSE(result.is_cut);
}

TEST_CASE("archive/search: what is marked in the context")
{
    const Pages pages;
    pages.month("2026-11", record(1, "Teapots and TEA, \xc3\x84RGER, aaa"));
    const auto marks = [&](const std::string& words) {
        std::string marked;
        const Hit hit = pages(words).hits.at(0);
        for (const auto& [begin, size] : hit.marks)
            marked += cat("[", hit.context.substr(begin, size), "]");
        return marked;
    };
    CHECK(marks("tea") == "[Tea][TEA]");
    CHECK(marks("tea teapot") == "[Teapot][TEA]");
    CHECK(marks("eap tea") == "[Teap][TEA]");
    CHECK(marks("aa \xc3\xa4r") == "[\xc3\x84R][aaa]");
    CHECK(marks("ann") == "");
}

TEST_CASE("archive/search: months and messages, newest first, by pages")
{
    const Pages pages;
    std::string november;
    std::string october;
    for (std::size_t number = 1; number <= 60; ++number) {
        october += record(number, "tea");
        november += record(100 + number, number % 2 == 0 ? "tea" : "coffee");
    }
    pages.month("2026-10", october);
    pages.month("2026-11", november);
    pages.month("notes", record(999, "tea"));
    pages.month("202x-11", record(999, "tea"));
    pages.directory.put("2026-09/index.html", "tea");
    const Strings first = pages.subjects("tea");
    REQUIRE(first.size() == found_on_page);
    CHECK(first.front() == "160");
    CHECK(first[29] == "102");
    CHECK(first[30] == "60");
    CHECK(first.back() == "41");
    CHECK(pages("tea").has_more);
    const Strings second = pages.subjects("tea", 2);
    REQUIRE(second.size() == 40);
    CHECK(second.front() == "40");
    CHECK(second.back() == "1");
    CHECK_FALSE(pages("tea", 2).has_more);
    CHECK(pages.subjects("tea", 3).empty());
}

TEST_CASE("archive/search: exactly one page has no next")
{
    const Pages pages;
    std::string mbox;
    for (std::size_t number = 1; number <= found_on_page; ++number)
        mbox += record(number, "tea");
    pages.month("2026-11", mbox);
    CHECK(pages("tea").hits.size() == found_on_page);
    CHECK_FALSE(pages("tea").has_more);
    pages.month("2026-10", record(99, "tea"));
    CHECK(pages("tea").has_more);
}

TEST_CASE("archive/search: messages with the same Message-ID, and quoted lines")
{
    const Pages pages;
    std::string twin = record(1, "tea");
    twin.insert(twin.find('@'), "-2");
    pages.month("2026-11", record(1, "tea\n>From here on\nfrom there") + twin);
    const Results result = pages("tea");
    REQUIRE(result.hits.size() == 2);
    CHECK(result.hits[0].key == key(1) + "-2");
    CHECK(result.hits[1].key == key(1));
    CHECK(pages.subjects("there") == Strings{"1"});
}

TEST_CASE("archive/search: what is no record of ours is left out")
{
    const Pages pages;
    pages.month("2026-11", cat("tea\n\nFrom ann@example.net Sun Nov 22 12:00:00 2026\n\ntea\n\n",
                               "From ", key(7), "-x@a b\nSubject: 7\n\ntea\n\n", record(2, "tea"),
                               "From ", key(3), "@example.org\nSubject: 3 tea"));
    CHECK(pages.subjects("tea") == Strings{"3 tea", "2"});
    CHECK(pages("3").hits.at(0).date == 0);
}

TEST_CASE("archive/search: an mbox that is bigger than what is read at once")
{
    const Pages pages;
    std::string mbox;
    const std::string filling(1000, 'x');
    for (std::size_t number = 1; number < 8000; ++number)
        mbox += record(number, filling + (number % 997 == 0 ? " tea" : ""));
    pages.month("2026-11", mbox);
    CHECK(pages.subjects("tea") ==
          Strings{"7976", "6979", "5982", "4985", "3988", "2991", "1994", "997"});
}

TEST_CASE("archive/search: a message that is bigger than what is read at once: its beginning")
{
    const Pages pages;
    for (const std::size_t extra : {0, 1, 2, 3, 4, 5, 6, 7, 200}) {
        const std::string huge = record(2, "tea " + std::string((9U << 20) + extra, 'x') + " milk");
        pages.month("2026-11", record(1, "tea") + huge + record(3, "tea milk"));
        CHECK(pages.subjects("tea") == Strings{"3", "2", "1"});
        CHECK(pages.subjects("milk") == Strings{"3"});
    }
    // Its end is where what was read ends.
    for (std::size_t size = (4U << 20) - 260; size < (4U << 20) - 170; ++size) {
        pages.month("2026-11", record(1, std::string(size, 'x')) + record(2, "tea"));
        REQUIRE(pages.subjects("tea") == Strings{"2"});
    }
}

TEST_CASE("archive/search: time is up")
{
    const Pages pages;
    pages.month("2026-11", record(1, "tea"));
    pages.month("2026-10", record(2, "tea"));
    const auto result = search(open_directory(pages.directory.path()).get(), *query_of("tea"),
                               std::chrono::milliseconds(-1));
    CHECK(result.is_cut);
    CHECK(result.hits.size() == 1);
}

TEST_CASE("archive/search: neither links nor directories are followed")
{
    const Pages pages;
    pages.directory.put("outside", record(1, "tea"));
    std::filesystem::create_directories(pages.directory.path() + "/2026-10/2026-10.mbox");
    CHECK(pages.subjects("tea").empty());
    std::filesystem::create_directories(pages.directory.path() + "/2026-11");
    std::filesystem::create_symlink("../outside", pages.directory.path() + "/2026-11/2026-11.mbox");
    CHECK_THROWS(pages.subjects("tea"));
}
