#include "list/pending.hpp"
#include "request_list.hpp"

#include <doctest/doctest.h>

using namespace mn::list;

namespace
{

constexpr std::int64_t day = 86400;

/// Files get the time of the clock.
std::int64_t clock_now()
{
    return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
}

} // namespace

TEST_CASE("list/pending: a question is found by its token, once")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    const std::string token =
        add_pending(cats.list(), {Asked::subscribe, "Ann@example.net", Subscription::digest}, now);
    CHECK(cats.read("subconf/" + token) == "ann@example.net"); // as mlmmj has it
    const auto found =
        find_pending(cats.list(), Asked::subscribe, Subscription::digest, token, now);
    REQUIRE(found);
    CHECK(found->address == "ann@example.net");
    CHECK(remove_pending(cats.list(), Asked::subscribe, token));
    CHECK_FALSE(remove_pending(cats.list(), Asked::subscribe, token));
    CHECK_FALSE(find_pending(cats.list(), Asked::subscribe, Subscription::digest, token, now));
}

TEST_CASE("list/pending: an answer to one question answers no other")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    const std::string token =
        add_pending(cats.list(), {Asked::subscribe, "ann@example.net", Subscription::normal}, now);
    CHECK_FALSE(find_pending(cats.list(), Asked::subscribe, Subscription::digest, token, now));
    CHECK_FALSE(find_pending(cats.list(), Asked::unsubscribe, Subscription::normal, token, now));
    // Even where somebody has put the file into the other directory, or changed the address in it.
    std::filesystem::create_directory(cats.path("unsubconf"));
    cats.write("unsubconf/" + token, "ann@example.net");
    CHECK_FALSE(find_pending(cats.list(), Asked::unsubscribe, Subscription::normal, token, now));
    cats.write("subconf/" + token, "bob@example.net");
    CHECK_FALSE(find_pending(cats.list(), Asked::subscribe, Subscription::normal, token, now));
}

TEST_CASE("list/pending: a week, no longer")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    const std::string token =
        add_pending(cats.list(), {Asked::unsubscribe, "ann@example.net"}, now);
    const auto find = [&](std::int64_t when) {
        return find_pending(cats.list(), Asked::unsubscribe, Subscription::normal, token, when);
    };
    CHECK(find(now + 7 * day - 60));
    CHECK_FALSE(find(now + 7 * day + 120));
}

TEST_CASE("list/pending: files of mlmmj are believed, for a week")
{
    const RequestList cats;
    const std::int64_t now = clock_now();
    const std::string name = "0123456789abcdef-ann=example.net";
    std::filesystem::create_directory(cats.path("subconf"));
    cats.write("subconf/" + name, "ann@example.net");
    const auto find = [&](std::string_view token, std::int64_t when) {
        return find_pending(cats.list(), Asked::subscribe, Subscription::digest, token, when);
    };
    REQUIRE(find(name, now));
    CHECK(find(name, now)->address == "ann@example.net");
    CHECK(find(name, now)->subscription == Subscription::digest);
    CHECK_FALSE(find(name, now + 7 * day + 60));
    CHECK_FALSE(find("../control/owner", now));
    CHECK_FALSE(find(".", now));
    cats.write("subconf/" + name, "no address\nat all");
    CHECK_FALSE(find(name, now));
}
