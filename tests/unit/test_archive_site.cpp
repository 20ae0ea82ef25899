// src/archive/site.hpp, build.hpp, writer.hpp, exchange.hpp, fingerprint.hpp, front.hpp: the pages
// of random posts, added in random steps, are those that are made at once.
#include "archive/site.hpp"

#include "archive/fingerprint.hpp"
#include "archive/front.hpp"
#include "archive_fixture.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>
#include <map>
#include <random>

using namespace mn;
using namespace mn::archive;

namespace
{

using Random = std::mt19937;

unsigned below(Random& random, unsigned limit)
{
    return std::uniform_int_distribution<unsigned>(0, limit - 1)(random);
}

std::string id(unsigned number)
{
    return "<" + std::to_string(number) + "@example.net>";
}

/// Of every kind that the writer treats in its own way.
std::string random_post(Random& random, unsigned number)
{
    std::string post =
        "From: Ann <ann@example.net>\nSubject: post " + std::to_string(number) + "\n";
    const unsigned other = 1 + below(random, number + 3); // also later ones, and itself
    if (below(random, 10) > 0)
        post += "Message-ID: " + id(below(random, 8) == 0 ? other : number) + "\n";
    if (below(random, 3) > 0)
        post += "References: " + id(1 + below(random, number)) + " " + id(other) + "\n";
    if (below(random, 5) > 0)
        post += "Date: " + std::to_string(1 + below(random, 28)) + " " +
                (below(random, 2) == 0 ? "Jan" : "Feb") + " 2026 10:00:00 +0000\n";
    if (below(random, 12) == 0) post += "X-No-Archive: yes\n";
    if (below(random, 6) > 0)
        return post + "\ntext\n" + std::string(below(random, 300), 'x') + "\n";
    return post +
           "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\ntext\n--x\n"
           "Content-Type: image/png\n\n" +
           std::to_string(below(random, 4)) + "\n--x--\n";
}

struct RandomList {
    ListDirectory directory;
    ScratchDirectory out;
    Random random;

    explicit RandomList(unsigned seed) : random(seed)
    {
        directory.put("control/archiveurl", "https://example.org/cats/\n");
        std::filesystem::create_directory(directory.path() + "/archive");
        std::filesystem::create_directory(directory.path() + "/mailnode");
    }

    void make(unsigned messages)
    {
        for (unsigned number = 1; number <= messages; ++number)
            if (below(random, 20) > 0)
                directory.put("archive/" + std::to_string(number), random_post(random, number));
    }

    Outcome publish(unsigned last, bool must_rebuild = false)
    {
        directory.put("index", std::to_string(last));
        Job job;
        job.out = out.path();
        job.must_rebuild = must_rebuild;
        return update(list::List(directory.path()), job);
    }

    std::map<std::string, std::string> files() const
    {
        std::map<std::string, std::string> found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(out.path())) {
            std::ifstream file(entry.path(), std::ios::binary);
            std::ostringstream content;
            if (entry.is_regular_file()) content << file.rdbuf();
            found[entry.path().lexically_relative(out.path()).string()] = content.str();
        }
        return found;
    }
};

} // namespace

TEST_CASE("archive/site: whatever the steps are, the files are those of a rebuild")
{
    for (unsigned seed = 0; seed < 12; ++seed) {
        RandomList list(seed);
        const unsigned messages = 40 + below(list.random, 260);
        list.make(messages);
        for (unsigned last = 0; last < messages;) {
            last = std::min(messages, last + below(list.random, seed % 2 == 0 ? 5 : 90));
            const Outcome outcome = list.publish(last);
            CHECK(outcome.is_published);
            CHECK(outcome.was_rebuilt == (outcome.why == "it is new"));
        }
        const auto stepwise = list.files();
        CHECK(list.publish(messages, true).was_rebuilt);
        CHECK((list.files() == stepwise));
        CHECK(stepwise.size() > messages);
    }
}

TEST_CASE("archive/site: more than fit into a batch")
{
    RandomList list(1);
    list.make(1);
    for (unsigned number = 2; number <= 2300; ++number)
        list.directory.put("archive/" + std::to_string(number),
                           "Message-ID: " + id(number) + "\nReferences: " + id(number / 7) +
                               "\n\n" + std::string(100, 'x') + "\n");
    list.publish(1);
    const Outcome outcome = list.publish(2300);
    CHECK(outcome.added == 2299);
    CHECK_FALSE(outcome.was_rebuilt);
    const auto added = list.files();
    list.publish(2300, true);
    CHECK((list.files() == added));
}

TEST_CASE("archive/site: a message without a readable date has that of the one before")
{
    RandomList list(1);
    list.directory.put("archive/1", "Message-ID: <1@example.net>\n\ntext\n");
    list.directory.put("archive/2", "Date: 1 Mar 2026 10:00:00 +0000\n\ntext\n");
    list.directory.put("archive/3", "Date: soon\n\ntext\n");
    list.publish(3);
    const auto files = list.files();
    const std::string name = std::filesystem::path(list.directory.path()).filename().string();
    CHECK(files.contains(name + "/1970-01/1970-01.mbox"));
    const std::string mbox = files.at(name + "/2026-03/2026-03.mbox");
    CHECK(mbox.find("Date: ", mbox.find("Date: ") + 1) != std::string::npos);
}

TEST_CASE("archive/fingerprint: another one for whatever pages show")
{
    const ListFacts facts = test::cats();
    const std::string usual = fingerprint_of(facts, {});
    CHECK(usual == fingerprint_of(facts, {}));
    CHECK(usual != fingerprint_of(facts, {"a"}));
    std::set<std::string> all{usual};
    for (const auto& change : std::initializer_list<void (*)(ListFacts&)>{
             [](ListFacts& f) { f.url = "https://example.org/"; },
             [](ListFacts& f) { f.name = "dogs"; },
             [](ListFacts& f) { f.address = "a@example.org"; },
             [](ListFacts& f) { f.addresses = Addresses::full; },
             [](ListFacts& f) { f.addresses = Addresses::at; },
             [](ListFacts& f) { f.is_private = true; }, [](ListFacts& f) { f.can_search = true; },
             [](ListFacts& f) { f.subscribe = "a@example.org"; }}) {
        ListFacts other = facts;
        change(other);
        CHECK(all.insert(fingerprint_of(other, {})).second);
    }
}

TEST_CASE("archive/front: public archives, by name, and nothing else")
{
    RandomList list(1);
    list.directory.put("archive/1", "Message-ID: <1@example.net>\n\ntext\n");
    list.publish(1);
    std::filesystem::create_directory(list.out.file("other"));
    CHECK(update_front(list.out.path()));
    CHECK_FALSE(update_front(list.out.path()));
    const auto files = list.files();
    const std::string name = std::filesystem::path(list.directory.path()).filename().string();
    CHECK(files.at("index.html").find("\"" + name + "/\"") != std::string::npos);
    CHECK(files.at("index.html").find("other") == std::string::npos);
    CHECK(files.at("robots.txt") ==
          "User-agent: *\nDisallow:\nSitemap: https://example.org/cats/sitemap.txt\n");
    list.directory.put("control/archive_private", "");
    list.publish(1);
    CHECK(update_front(list.out.path()));
    CHECK(list.files().at("index.html").find(name) == std::string::npos);
    CHECK(list.files().at("robots.txt") == "User-agent: *\nDisallow:\n");
}
