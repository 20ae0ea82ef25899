#include "list/held.hpp"
#include "request_list.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace mn::list;

namespace
{

constexpr std::int64_t day = 86400;

std::int64_t clock_now()
{
    return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
}

HeldPost post_of(const std::string& subject)
{
    HeldPost post;
    post.message = "Subject: " + subject + "\n\nbody\n";
    post.reason = "moderated";
    post.sender = "ann@example.net";
    return post;
}

} // namespace

TEST_CASE("list/held: a post is kept byte for byte, with what is known of it")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    HeldPost post = post_of("one");
    post.omit = "ann@example.net";
    post.signed_bytes = 12;
    const std::string token = hold_post(cats.list(), post, "4Zk-0123", now);
    CHECK(cats.read("moderation/" + token) == post.message); // as mlmmj has it
    CHECK(cats.read("moderation/" + token + ".omit") == "ann@example.net");
    const auto found = find_held_post(cats.list(), token, now);
    REQUIRE(found);
    CHECK(found->message == post.message);
    CHECK(found->omit == "ann@example.net");
    CHECK(found->reason == "moderated");
    CHECK(found->sender == "ann@example.net");
    CHECK(found->identity == "4Zk-0123");
    CHECK(found->signed_bytes == 12);
    CHECK(held_posts(cats.list(), now).size() == 1);
}

TEST_CASE("list/held: a second try of the same mail holds it once, another mail has another token")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    const std::string first = hold_post(cats.list(), post_of("one"), "4Zk-0123", now);
    CHECK(hold_post(cats.list(), post_of("one"), "4Zk-0123", now + 500) == first);
    const std::string second = hold_post(cats.list(), post_of("two"), "4Zk-0124", now);
    CHECK(first != second);
    CHECK(held_posts(cats.list(), now).size() == 2);
    // The token of one post is none for another.
    CHECK(discard_held(cats.list(), first));
    CHECK_FALSE(discard_held(cats.list(), first));
    CHECK_FALSE(find_held_post(cats.list(), first, now));
    CHECK(find_held_post(cats.list(), second, now)->message == post_of("two").message);
    CHECK(cats.in("mailnode/held").size() == 1); // nothing stays behind
}

TEST_CASE("list/held: what is known of a post is a line each, whatever a stranger wrote")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    HeldPost post = post_of("x");
    post.sender = "a\nidentity forged\nreason forged";
    const std::string token = hold_post(cats.list(), post, "real", now);
    CHECK(find_held_post(cats.list(), token, now)->identity == "real");
    CHECK(find_held_post(cats.list(), token, now)->reason == "moderated");
}

TEST_CASE("list/held: nothing but a token finds anything")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    HeldPost post = post_of("x");
    post.omit = "ann@example.net";
    const std::string token = hold_post(cats.list(), post, "real", now);
    hold_subscription(cats.list(), "ann@example.net", Subscription::normal, now);
    cats.write("moderation/note", "hello");
    for (const std::string& name :
         {token + ".omit", std::string("note"), std::string(".."), std::string("../control/owner"),
          std::string(), std::string("0123456789abcdef")})
        CHECK_FALSE(find_held_post(cats.list(), name, now));
    for (const std::string& name : cats.in("moderation"))
        if (name != token) CHECK_FALSE(find_held_post(cats.list(), name, now));
    CHECK(held_posts(cats.list(), now).size() == 1);
}

TEST_CASE("list/held: modreqlife")
{
    RequestList cats;
    const std::int64_t now = clock_now();
    const std::string token = hold_post(cats.list(), post_of("x"), "real", now);
    CHECK(find_held_post(cats.list(), token, now + 7 * day - 60));
    CHECK_FALSE(find_held_post(cats.list(), token, now + 7 * day + 60));
    CHECK(held_posts(cats.list(), now + 7 * day + 60).empty());
    cats.control("modreqlife", "3600\n");
    CHECK_FALSE(find_held_post(cats.list(), token, now + 3700));
}

TEST_CASE("list/held: subscriptions as mlmmj writes them, and its own")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    const std::string token =
        hold_subscription(cats.list(), "Ann@example.net", Subscription::both, now);
    CHECK(cats.read("moderation/subscribe" + token) == "ann@example.net\nSUB_BOTH\n");
    CHECK(hold_subscription(cats.list(), "ann@example.net", Subscription::both, now + 3600) ==
          token);
    cats.write("moderation/subscribe0123456789abcdef", "bob@example.net\nSUB_DIGEST\n");
    cats.write("moderation/subscribe0123456789abcdee", "bob@example.net\nSUB_EVERYTHING\n");
    cats.write("moderation/subscribe0123456789abcded", "");
    const auto bob = find_held_subscription(cats.list(), "0123456789abcdef", now);
    REQUIRE(bob);
    CHECK(bob->address == "bob@example.net");
    CHECK(bob->subscription == Subscription::digest);
    CHECK_FALSE(find_held_subscription(cats.list(), "0123456789abcdee", now));
    CHECK_FALSE(find_held_subscription(cats.list(), "0123456789abcded", now));
    CHECK(held_subscriptions(cats.list(), now).size() == 2);
    CHECK(held_posts(cats.list(), now).empty());
    CHECK_FALSE(find_held_post(cats.list(), token, now));
    CHECK(discard_held(cats.list(), token));
    CHECK(held_subscriptions(cats.list(), now).size() == 1);
}

TEST_CASE("list/held: a post that mlmmj holds")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    std::filesystem::create_directory(cats.path("moderation"));
    cats.write("moderation/0123456789abcdef", "Subject: x\n\nbody\n");
    cats.write("moderation/0123456789abcdef.omit", "ann@example.net");
    const auto post = find_held_post(cats.list(), "0123456789abcdef", now);
    REQUIRE(post);
    CHECK(post->message == "Subject: x\n\nbody\n");
    CHECK(post->omit == "ann@example.net");
    CHECK(post->identity.empty());
    CHECK(discard_held(cats.list(), "0123456789abcdef"));
    CHECK(cats.in("moderation").empty());
}
