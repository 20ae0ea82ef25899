#include "list/list.hpp"
#include "list/token.hpp"
#include "request_list.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace mn::list;

namespace
{

constexpr std::int64_t now = 1800000000;
constexpr std::int64_t day = 86400;

} // namespace

TEST_CASE("list/token: good for what it was made for, until it expires")
{
    const RequestList cats;
    const TokenPurpose purpose{"confsub", "ann@example.net"};
    const std::string token = make_token(cats.list(), purpose, now + day);
    CHECK(looks_like_token(token));
    CHECK(token.size() == 32);
    CHECK(check_token(cats.list(), token, purpose, now));
    CHECK(check_token(cats.list(), token, purpose, now + day));
    CHECK_FALSE(check_token(cats.list(), token, purpose, now + day + 60));
}

TEST_CASE("list/token: bound to action, subject, time and list")
{
    const RequestList cats;
    const RequestList dogs; // the same address, another secret
    const std::string token = make_token(cats.list(), {"confsub", "ann@example.net"}, now + day);
    CHECK_FALSE(check_token(cats.list(), token, {"confunsub", "ann@example.net"}, now));
    CHECK_FALSE(check_token(cats.list(), token, {"confsub", "bob@example.net"}, now));
    CHECK_FALSE(check_token(cats.list(), token, {"confsuba", "nn@example.net"}, now));
    CHECK_FALSE(check_token(dogs.list(), token, {"confsub", "ann@example.net"}, now));
    // A later time put in front of it makes it another token.
    const std::string later = make_token(cats.list(), {"confsub", "x"}, now + 9 * day);
    const std::string forged = later.substr(0, 6) + token.substr(6);
    CHECK_FALSE(check_token(cats.list(), forged, {"confsub", "ann@example.net"}, now));
}

TEST_CASE("list/token: every character counts")
{
    const RequestList cats;
    const std::string token = make_token(cats.list(), {"release", "1"}, now + day);
    for (std::size_t at = 0; at < token.size(); ++at) {
        std::string other = token;
        other[at] = other[at] == 'a' ? 'b' : 'a';
        CHECK_FALSE(check_token(cats.list(), other, {"release", "1"}, now));
    }
    for (const char* text :
         {"", "short", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdef0123456789abcdef"})
        CHECK_FALSE(looks_like_token(text));
    CHECK_FALSE(check_token(cats.list(), token + "a", {"release", "1"}, now));
}

// mlmmj made its cookies by rand(), seeded with 32 bits, and mailed outputs of the same stream to
// who had posted: this many in a row would have shown it.
TEST_CASE("list/token: tokens do not follow from each other")
{
    const RequestList cats;
    std::set<std::string> seen;
    for (int count = 0; count < 1000; ++count)
        seen.insert(make_token(cats.list(), {"held", std::to_string(count)}, now).substr(6));
    CHECK(seen.size() == 1000);
    CHECK(std::filesystem::file_size(cats.path("mailnode/secret")) == 32);
}

// mlmmj took any address in bounces-N-user=domain for one that bounces.
TEST_CASE("list/token: the tag of a bounce is of one post of one list")
{
    const RequestList cats;
    const RequestList dogs;
    const std::string tag = bounce_tag(cats.list(), "7");
    CHECK(tag.size() == 16);
    CHECK(check_bounce_tag(cats.list(), "7", tag));
    CHECK_FALSE(check_bounce_tag(cats.list(), "8", tag));
    CHECK_FALSE(check_bounce_tag(cats.list(), "digest", tag));
    CHECK_FALSE(check_bounce_tag(dogs.list(), "7", tag));
    CHECK_FALSE(check_bounce_tag(cats.list(), "7", ""));
    CHECK_FALSE(check_bounce_tag(cats.list(), "7", tag.substr(0, 15)));
}
