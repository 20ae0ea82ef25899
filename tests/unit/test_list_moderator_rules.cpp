#include "base/error.hpp"
#include "list/access.hpp"
#include "list/moderator_rules.hpp"
#include "request_list.hpp"

#include <doctest/doctest.h>

using namespace mn::list;

namespace
{

const std::string file = "mailnode/moderator-rules";
const std::string since = "2026-03-01T10:00:00Z";

ModeratorRule rule(Ruling ruling, const std::string& address)
{
    return {ruling, address, since, "mod@example.org"};
}

std::string told(const RequestList& cats)
{
    std::string text;
    for (const ModeratorRule& known : moderator_rules(cats.list()))
        text += rule_line(known) + "\n";
    return text;
}

} // namespace

TEST_CASE("list/moderator_rules: made, found, replaced, forgotten")
{
    const RequestList cats;
    CHECK(moderator_rules(cats.list()).empty());
    CHECK(ruling_of(cats.list(), "ann@example.net") == std::nullopt);
    CHECK_FALSE(set_rule(cats.list(), rule(Ruling::ban, "Ann@example.net")));
    CHECK_FALSE(set_rule(cats.list(), rule(Ruling::allow, "bob@example.net")));
    CHECK(cats.read(file) == "ban ann@example.net " + since + " mod@example.org\n" +
                                 "allow bob@example.net " + since + " mod@example.org\n");
    CHECK(ruling_of(cats.list(), "aNN@example.NET") == Ruling::ban);
    CHECK(ruling_of(cats.list(), "bob@example.net") == Ruling::allow);
    CHECK(ruling_of(cats.list(), "nn@example.net") == std::nullopt);

    // The same once more leaves what is known of the first since.
    ModeratorRule again = rule(Ruling::ban, "ANN@example.net");
    again.who = "somebody";
    const auto before = set_rule(cats.list(), again);
    REQUIRE(before);
    CHECK(before->who == "mod@example.org");
    CHECK(told(cats) == "ban\tann@example.net\t" + since + "\tmod@example.org\n" +
                            "allow\tbob@example.net\t" + since + "\tmod@example.org\n");

    // The opposite replaces it.
    again.ruling = Ruling::allow;
    CHECK(set_rule(cats.list(), again)->ruling == Ruling::ban);
    CHECK(ruling_of(cats.list(), "ann@example.net") == Ruling::allow);
    CHECK(moderator_rules(cats.list()).size() == 2);

    CHECK(forget_rule(cats.list(), "Bob@example.net")->ruling == Ruling::allow);
    CHECK_FALSE(forget_rule(cats.list(), "bob@example.net"));
    CHECK(told(cats) == "allow\tann@example.net\t" + since + "\tsomebody\n");
    CHECK_FALSE(cats.has("control/access"));
    CHECK_FALSE(cats.has("control/allowposters"));
}

TEST_CASE("list/moderator_rules: what a person has written is understood, and kept")
{
    const RequestList cats;
    cats.write(file, "# ours\n\nban\tEve@example.com\n  allow bob@example.net 2026 Mod (at work)\n"
                     "ban bob@example.net");
    CHECK(told(cats) == "ban\teve@example.com\t\t\nban\tbob@example.net\t\t\n");
    CHECK(ruling_of(cats.list(), "bob@example.net") == Ruling::ban); // the last one counts
    forget_rule(cats.list(), "bob@example.net");
    CHECK(cats.read(file) == "# ours\n\nban\tEve@example.com\n");
    ModeratorRule rule{Ruling::allow, "x@example.net", since, "two\nlines"};
    set_rule(cats.list(), rule);
    CHECK(cats.read(file) ==
          "# ours\n\nban\tEve@example.com\nallow x@example.net " + since + " two lines\n");
}

TEST_CASE("list/moderator_rules: a line that is no rule stops everything, and is named")
{
    for (const std::string line : {"bann eve@example.com", "ban", "ban eve", "eve@example.com",
                                   "ban eve@example.com 2026 a\x01z"}) {
        INFO(line);
        const RequestList cats;
        cats.write(file, "ban x@example.net\n" + line + "\n");
        try {
            ruling_of(cats.list(), "ann@example.net");
            FAIL("understood");
        } catch (const mn::Error& error) {
            CHECK(error.status() == "4.3.5");
            CHECK(error.detail().find(file + ":2: not a rule") != std::string::npos);
        }
        CHECK_THROWS_AS(set_rule(cats.list(), rule(Ruling::ban, "y@example.net")), mn::Error);
        CHECK(cats.read(file) == "ban x@example.net\n" + line + "\n");
    }
}

TEST_CASE("list/moderator_rules: only addresses, so that no line holds two")
{
    const RequestList cats;
    for (const char* text :
         {"", "ann", "ann@example.net\nban bob@example.net", "a b@example.net"}) {
        CHECK_THROWS_AS(set_rule(cats.list(), rule(Ruling::allow, text)), mn::Error);
        CHECK_THROWS_AS(forget_rule(cats.list(), text), mn::Error);
    }
    CHECK_FALSE(cats.has(file));
}

TEST_CASE("list/moderator_rules: as JSON")
{
    CHECK(rule_json(rule(Ruling::ban, "ann@example.net")).text() ==
          R"({"rule":"ban","address":"ann@example.net","since":")" + since +
              R"(","who":"mod@example.org"})");
    CHECK(rule_json({Ruling::allow, "ann@example.net", "", ""}).text() ==
          R"({"rule":"allow","address":"ann@example.net"})");
}

TEST_CASE("list/moderator_rules: bans for mlmmj are of one address, well-formed, and on top")
{
    RequestList cats;
    CHECK(access_with_bans(cats.list()).empty());
    set_rule(cats.list(), rule(Ruling::allow, "zed@example.net"));
    CHECK(access_with_bans(cats.list()).empty());
    set_rule(cats.list(), rule(Ruling::ban, "A.n+n$x@example.net"));
    const std::string text = access_with_bans(cats.list());
    CHECK(parse_access(text).problems().empty());
    const auto action = [&](const std::string& header) {
        return parse_access(text).judge(header).action;
    };
    CHECK(action("From: a.n+n$x@example.net\n") == AccessAction::discard);
    CHECK(action("from: \"A\" <A.N+N$x@example.net>\n") == AccessAction::discard);
    CHECK(action("From: aan+n$x@example.net\n") == AccessAction::allow);
    CHECK(action("From: xa.n+n$x@example.net\n") == AccessAction::allow);
    CHECK(action("From: a.n+n$x@example.net.example\n") == AccessAction::allow);
    CHECK(action("Cc: a.n+n$x@example.net\nFrom: b@example.net\n") == AccessAction::allow);
    cats.control("access", "moderate ^Subject: x\n");
    CHECK(access_with_bans(cats.list()).ends_with("?$\nmoderate ^Subject: x\n"));
}

TEST_CASE("list/moderator_rules: 10,000 rules are read at once")
{
    const RequestList cats;
    std::string text;
    for (int i = 0; i < 10000; ++i)
        text += "ban u" + std::to_string(i) + "@example.net\n";
    cats.write(file, text);
    CHECK(moderator_rules(cats.list()).size() == 10000);
    CHECK(ruling_of(cats.list(), "u9999@example.net") == Ruling::ban);
}
