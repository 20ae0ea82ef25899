#include "auth/srs.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::srs;

namespace
{

constexpr std::int64_t now = 1'790'000'000;
constexpr std::int64_t day = 86400;

const Rewriter ours({"secret"}, "example.org");

/// The address, or the outcome.
std::string reversed(const Rewriter& rewriter, std::string_view address, std::int64_t when = now)
{
    const Reversal reversal = rewriter.reverse(address, when);
    switch (reversal.outcome) {
    case Outcome::address:
        return reversal.text;
    case Outcome::not_srs:
        return "not_srs";
    case Outcome::malformed:
        return "malformed";
    case Outcome::forged:
        return "forged";
    case Outcome::expired:
        return "expired";
    }
    return "";
}

} // namespace

TEST_CASE("auth/srs: there and back again")
{
    for (const std::string sender :
         {"ann@example.net", "ann=x=y@example.net", "a+b@example.net", "=@x.test",
          "\"a b\"@example.net", "\"a\\\"b\"@x.test", "a..b@x.test", "SRS0@x.test", "SRS0+@x.test",
          "srs1=@x.test", "srs1+rubbish@x.test", "SRSx+a=b=c=d@x.test"}) {
        CAPTURE(sender);
        const std::string address = ours.forward(sender, now);
        CHECK(address.ends_with("@example.org"));
        CHECK(address.find(sender) == std::string::npos);
        if (sender != "a..b@x.test") CHECK(reversed(ours, address) == sender);
    }
    CHECK(reversed(ours, ours.forward("a..b@x.test", now)) == "\"a..b\"@x.test");
    CHECK(reversed(ours, ours.forward("Ann@Example.NET", now)) == "Ann@example.net");
    CHECK(ours.forward("", now) == "");
    CHECK(ours.forward("bob@Example.org", now) == "bob@Example.org");
}

TEST_CASE("auth/srs: what it looks like")
{
    const std::string address = ours.forward("ann@example.net", now);
    CHECK(address.starts_with("SRS0+"));
    CHECK(address.ends_with("=example.net=ann@example.org"));
    CHECK(address.size() ==
          std::string_view("SRS0+12345678=tt=example.net=ann@example.org").size());
    // The same for other implementations and other years: HMAC-SHA-256 of "srs0=tt=domain=local".
    CHECK(address == "SRS0+k4itfxyb=hn=example.net=ann@example.org");
}

TEST_CASE("auth/srs: case is not kept by every server")
{
    const std::string address = ours.forward("Ann@example.net", now);
    CHECK(reversed(ours, lower(address)) == "ann@example.net");
    std::string loud = address;
    for (char& c : loud)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    CHECK(reversed(ours, loud) == "ANN@example.net");
}

TEST_CASE("auth/srs: it expires, and comes not from the future")
{
    const std::string address = ours.forward("ann@example.net", now);
    CHECK(reversed(ours, address, now + validity_days * day) == "ann@example.net");
    CHECK(reversed(ours, address, now + (validity_days + 1) * day) == "expired");
    CHECK(reversed(ours, address, now - day) == "ann@example.net");
    CHECK(reversed(ours, address, now - 2 * day) == "expired");
    CHECK(reversed(ours, address, now + 1000 * day) == "expired");
    // Round the circle of 1024 days.
    for (std::int64_t start = 0; start < 1100; start += 7) {
        const std::string other = ours.forward("a@b.test", start * day);
        CHECK(reversed(ours, other, (start + 20) * day) == "a@b.test");
        CHECK(reversed(ours, other, (start + 30) * day) == "expired");
    }
}

TEST_CASE("auth/srs: nobody else can make one")
{
    const std::string address = ours.forward("ann@example.net", now);
    CHECK(reversed(Rewriter({"other"}, "example.org"), address) == "forged");
    for (std::size_t i = 5; i + 12 < address.size(); ++i) {
        std::string changed = address;
        if (changed[i] == '=') continue;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        CAPTURE(changed);
        const std::string result = reversed(ours, changed);
        CHECK((result == "forged" || result == "malformed"));
    }
    CHECK(reversed(ours, "SRS0+=aa=example.net=ann@example.org") == "forged");
    CHECK(reversed(ours, "SRS0+a=aa=example.net=ann@example.org") == "forged");
    // What one is for cannot be used for the other.
    const std::string text = address.substr(5, address.find('@') - 5);
    CHECK(reversed(ours, cat("SRS1+", text, "@example.org")) != "SRS0+");
    CHECK(reversed(ours, cat("SRS1+", text.substr(0, 8), "=aa=+", text, "@example.org")) ==
          "forged");
}

TEST_CASE("auth/srs: secrets can be changed")
{
    const std::string address = ours.forward("ann@example.net", now);
    const Rewriter newer({"new", "secret"}, "example.org");
    CHECK(reversed(newer, address) == "ann@example.net");
    CHECK(newer.forward("ann@example.net", now) != address);
    CHECK(reversed(Rewriter({"newest", "new"}, "example.org"), address) == "forged");
    CHECK_THROWS_AS(Rewriter({}, "example.org"), Error);
    CHECK_THROWS_AS(Rewriter({"a", ""}, "example.org"), Error);
}

TEST_CASE("auth/srs: forwarded again and again, it does not get longer")
{
    const Rewriter second({"b"}, "second.test"), third({"c"}, "third.test"),
        fourth({"d"}, "fourth.test");
    const std::string first = ours.forward("ann@example.net", now);
    const std::string twice = second.forward(first, now);
    CHECK(twice.starts_with("SRS1+"));
    CHECK(twice.find("=example.org=+") != std::string::npos);
    const std::string thrice = third.forward(twice, now);
    CHECK(thrice.size() == twice.size() - 1); // "third" is a letter shorter than "second"
    const std::string often = fourth.forward(thrice, now);
    // The bounce goes straight to the first one.
    CHECK(reversed(fourth, often) == first);
    CHECK(reversed(third, thrice) == first);
    CHECK(reversed(second, twice) == first);
    CHECK(reversed(ours, first) == "ann@example.net");
    CHECK(reversed(second, thrice) == "not_srs");
    CHECK(reversed(third, cat(twice.substr(0, twice.find('@')), "@third.test")) == "forged");
    // Others separate otherwise, and that is kept.
    const std::string other = "SRS0=abcd=xy=example.net=ann@other.test";
    CHECK(reversed(second, second.forward(other, now)) == other);
    CHECK(second.forward(other, now).find("=other.test==abcd=xy=") != std::string::npos);
}

TEST_CASE("auth/srs: what is not one")
{
    CHECK(reversed(ours, "ann@example.org") == "not_srs");
    CHECK(reversed(ours, "srs0@example.org") == "not_srs");
    CHECK(reversed(ours, "SRS0+") == "not_srs");
    CHECK(reversed(ours, "") == "not_srs");
    CHECK(reversed(ours, "SRS0+a=b=c=d@example.com") == "not_srs");
    CHECK(reversed(ours, "SRS0+@example.org") == "malformed");
    CHECK(reversed(ours, "SRS0+a=aa=x.test@example.org") == "malformed");
    CHECK(reversed(ours, "SRS0+a=aa=x.test=@example.org") == "malformed");
    CHECK(reversed(ours, "SRS0+a=a!=x.test=y@example.org") == "malformed");
    CHECK(reversed(ours, "SRS0+a=aa=x..test=y@example.org") == "malformed");
    CHECK(reversed(ours, "SRS1+a=x.test@example.org") == "malformed");
    CHECK(reversed(ours, "SRS1+a=x.test=y@example.org") == "malformed");
    CHECK(reversed(ours, "SRS0+a=aa=x.test=y\r\nz@example.org") == "not_srs");
    for (const std::string bad : {"ann", "@x.test", "a\n@x.test", "a@", "a@x y", "\"\"@x.test"})
        CHECK_THROWS_AS(ours.forward(bad, now), Error);
}
