#include "list/queue.hpp"
#include "list/queue_text.hpp"
#include "request_list.hpp"

#include <doctest/doctest.h>

using namespace mn::list;

namespace
{

std::vector<Queued> queue(std::initializer_list<const char*> tokens)
{
    std::vector<Queued> items;
    for (const char* token : tokens) {
        items.emplace_back();
        items.back().token = token;
    }
    return items;
}

std::string author(const RequestList& cats, const std::string& header)
{
    HeldPost post;
    post.message = header + "\nhello\n";
    post.sender = "Sender@example.com";
    return author_of_held(cats.list(), post);
}

} // namespace

TEST_CASE("list/queue: as much of a token as tells it from the others")
{
    const auto items = queue({"abcdefgh", "abcdefxx", "bbbbbbbb", "abcdexxx"});
    CHECK(short_tokens(items) ==
          std::vector<std::string>{"abcdefg", "abcdefx", "bbbbbb", "abcdex"});
    for (const std::string& token : short_tokens(items))
        CHECK(find_in_queue(items, token).size() == 1);
    CHECK(find_in_queue(items, "ABCDEF").size() == 2);
    CHECK(find_in_queue(items, "").empty());
    CHECK(find_in_queue(items, "bbbbbbbbb").empty());
}

TEST_CASE("list/queue: who wrote it")
{
    const RequestList cats;
    CHECK(author(cats, "From: Ann <Ann@Example.net>\n") == "ann@example.net");
    CHECK(author(cats, "From: \"Ann via cats\" <cats@example.org>\nReply-To: ann@example.net\n") ==
          "ann@example.net");
    CHECK(author(cats, "From: cats@example.org\nReply-To: cats@example.org\n") ==
          "sender@example.com");
    CHECK(author(cats, "From: a@example.net, b@example.net\n") == "sender@example.com");
    CHECK(author(cats, "Subject: x\n") == "sender@example.com");
}

TEST_CASE("list/queue: posts and subscriptions, oldest first")
{
    const RequestList cats;
    const auto now = std::filesystem::file_time_type::clock::now();
    const auto hold = [&](const std::string& name, const std::string& text, int hours) {
        cats.write("moderation/" + name, text);
        std::filesystem::last_write_time(cats.path("moderation/" + name),
                                         now - std::chrono::hours(hours));
    };
    hold("0123456789abcdef", "From: ann@example.net\nSubject: =?utf-8?q?=C3=A9?=\n\nhello\n", 1);
    hold("subscribe0123456789abcdef", "eve@example.net\nSUB_DIGEST\n", 2);
    const std::int64_t seconds =
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    const auto items = queue_of(cats.list(), seconds);
    REQUIRE(items.size() == 2);
    CHECK(items[0].author == "eve@example.net");
    CHECK(items[0].reason == "digest");
    CHECK(items[1].subject == "\xc3\xa9");
    CHECK(items[1].size == 57);
    CHECK(queue_line(items[1], "0123", items[1].since + 3600) ==
          "0123\t60 min\tpost\tann@example.net\t\xc3\xa9");
}

TEST_CASE("list/queue_text: nothing that a terminal would obey")
{
    CHECK(harmless_line("a\x1b[2Jb\rc\td\ne\x7f") == "a?[2Jb?c d e?");
    CHECK(harmless_line("caf\xc3\xa9 \xc2\x9b"
                        "1m \xc2\xa9") == "caf\xc3\xa9 ?1m \xc2\xa9");
    Queued item;
    item.subject = "x\x1b]0;y\x07";
    CHECK(queue_story(item, "m\x1bn\n", 0).find('\x1b') == std::string::npos);
}
