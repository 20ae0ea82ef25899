#include "base/error.hpp"
#include "list/held.hpp"
#include "list/pending.hpp"
#include "request_list.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

using namespace mn::list;
using Vouched = Standing::Vouched;

namespace
{

const std::string ann = "ann@example.net";

/// Files get the time of the clock, so requests have it too.
std::int64_t clock_now()
{
    return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
}

class Cats : public RequestList
{
public:
    Cats() { now = clock_now(); }

    Subscription subscription(const std::string& address) const
    {
        return Subscribers(list()).find(address);
    }
    void subscribe(const std::string& address, Subscription wanted) const
    {
        Subscribers(list()).set(address, wanted);
    }
    /// The one thing in a directory.
    std::string only(const std::string& directory) const
    {
        const auto names = in(directory);
        REQUIRE(names.size() == 1);
        return names.front();
    }
};

bool has(const Outgoing& mail, std::string_view text)
{
    return mail.message.find(text) != std::string::npos;
}

} // namespace

TEST_CASE("list/request: subscribe, confirm, welcome")
{
    Cats cats;
    cats.control("notifysub");
    cats.ask("subscribe-digest", ann);
    const auto questions = cats.mails();
    REQUIRE(questions.size() == 1);
    const std::string token = cats.only("subconf");
    CHECK(questions[0].sender == "cats+bounces-confsub-" + token + "@example.org");
    CHECK(questions[0].recipients == std::vector<std::string>{ann});
    CHECK(has(questions[0], "Reply-To: cats+confsub-digest-" + token + "@example.org\n"));
    CHECK(has(questions[0], ann + " cats+confsub-digest-" + token + "@example.org"));
    CHECK(cats.subscription(ann) == Subscription::none);

    cats.ask("confsub-digest-" + token, "another@example.com"); // who has the token has read it
    CHECK(cats.subscription(ann) == Subscription::digest);
    const auto mails = cats.mails();
    REQUIRE(mails.size() == 2);
    CHECK(mails[0].sender == "cats+bounces-help@example.org");
    CHECK(mails[0].recipients == std::vector<std::string>{ann});
    CHECK(mails[1].recipients == std::vector<std::string>{"owner@example.org"});
    CHECK(has(mails[1], "Auto-Submitted: auto-generated"));

    Subscribers(cats.list()).remove(ann);
    cats.ask("confsub-digest-" + token, ann); // once only
    CHECK(cats.subscription(ann) == Subscription::none);
    CHECK(cats.mails().empty());
}

TEST_CASE("list/request: unsubscribe, confirm, goodbye")
{
    Cats cats;
    cats.subscribe(ann, Subscription::both);
    cats.ask("unsubscribe", ann);
    CHECK(cats.subscription(ann) == Subscription::both);
    const std::string token = cats.only("unsubconf");
    CHECK(cats.mails().at(0).sender == "cats+bounces-confunsub-" + token + "@example.org");
    cats.ask("confsub-" + token, ann);
    CHECK(cats.subscription(ann) == Subscription::both);
    cats.ask("confunsub-" + token, ann);
    CHECK(cats.subscription(ann) == Subscription::none);
    CHECK(cats.mails().size() == 1);
}

TEST_CASE("list/request: a token for one thing is none for another")
{
    Cats cats;
    cats.ask("subscribe", ann);
    const std::string token = cats.only("subconf");
    cats.subscribe(ann, Subscription::digest);
    cats.mails();
    for (const char* verb : {"confunsub-", "confsub-digest-", "confsub-nomail-", "confsub-both-",
                             "release-", "reject-", "permit-", "obstruct-"})
        cats.ask(verb + token, ann);
    CHECK(cats.subscription(ann) == Subscription::digest);
    CHECK(cats.in("subconf").size() == 1);
    CHECK(cats.released.empty());
    CHECK(cats.mails().empty());
}

TEST_CASE("list/request: pending confirmations of mlmmj")
{
    Cats cats;
    for (const char* directory : {"subconf", "unsubconf"}) {
        std::filesystem::create_directory(cats.path(directory));
        cats.write(std::string(directory) + "/0123456789abcdef-ann=example.net", ann);
    }
    cats.ask("confsub-both-0123456789abcdef-ann=example.net", ann);
    CHECK(cats.subscription(ann) == Subscription::both);
    CHECK(cats.in("subconf").empty());
    cats.ask("confunsub-digest-0123456789abcdef-ann=example.net", ann); // one kind only
    CHECK(cats.subscription(ann) == Subscription::normal);
}

TEST_CASE("list/request: another kind of subscription, at once or asked for")
{
    Cats cats;
    cats.control("notifysub");
    cats.subscribe(ann, Subscription::normal);
    cats.ask("subscribe-digest", ann);
    CHECK(cats.subscription(ann) == Subscription::digest);
    CHECK(cats.mails().size() == 1); // the owners hear nothing, as with mlmmj
    cats.ask("subscribe-digest", ann);
    CHECK(cats.mails().size() == 1); // is subscribed already
    // Where anybody could have written this, the address is asked first.
    cats.vouched = Vouched::unknown;
    cats.ask("subscribe-nomail", ann);
    CHECK(cats.subscription(ann) == Subscription::digest);
    cats.ask("confsub-nomail-" + cats.only("subconf"), ann);
    CHECK(cats.subscription(ann) == Subscription::nomail);
}

TEST_CASE("list/request: nosubconfirm believes nobody whom nobody vouches for")
{
    Cats cats;
    cats.control("nosubconfirm");
    cats.vouched = Vouched::unknown;
    cats.ask("subscribe", ann);
    CHECK(cats.subscription(ann) == Subscription::none);
    CHECK(cats.in("subconf").size() == 1);
    cats.vouched = Vouched::yes;
    cats.ask("subscribe", "bob@example.net");
    CHECK(cats.subscription("bob@example.net") == Subscription::normal);
    cats.ask("unsubscribe", "bob@example.net");
    CHECK(cats.subscription("bob@example.net") == Subscription::none);
}

TEST_CASE("list/request: closed lists")
{
    Cats cats;
    cats.subscribe(ann, Subscription::normal);
    cats.control("closedlistsub");
    cats.ask("subscribe", "bob@example.net");
    CHECK(cats.in("subconf").empty());
    CHECK(cats.mails().size() == 1); // is told so
    cats.ask("unsubscribe", ann);
    CHECK(cats.in("unsubconf").size() == 1);
    cats.control("closedlist");
    cats.mails();
    cats.ask("confunsub-" + cats.only("unsubconf"), ann);
    cats.ask("unsubscribe", ann);
    CHECK(cats.subscription(ann) == Subscription::normal);
    CHECK(cats.mails().empty());
    // Who was asked by an owner may answer.
    const std::string token =
        add_pending(cats.list(), {Asked::subscribe, "bob@example.net"}, cats.now);
    cats.ask("confsub-" + token, "bob@example.net");
    CHECK(cats.subscription("bob@example.net") == Subscription::normal);
}

TEST_CASE("list/request: nodigestsub and nonomailsub")
{
    Cats cats;
    cats.control("nodigestsub");
    cats.control("nonomailsub");
    for (const char* extension : {"subscribe-digest", "subscribe-both", "subscribe-nomail"}) {
        cats.ask(extension, ann);
        CHECK(cats.mails().size() == 1);
        CHECK(cats.in("subconf").empty());
    }
    cats.ask("subscribe", ann);
    CHECK(cats.in("subconf").size() == 1);
}

TEST_CASE("list/request: gatekeepers")
{
    Cats cats;
    cats.control("submod", "gate@example.org\nkeeper@example.org\n");
    cats.ask("subscribe-digest", ann);
    cats.ask("confsub-digest-" + cats.only("subconf"), ann);
    CHECK(cats.subscription(ann) == Subscription::none);
    const std::string token = cats.only("moderation").substr(9);
    auto mails = cats.mails();
    REQUIRE(mails.size() == 3);
    CHECK(mails[1].sender == "cats+owner@example.org");
    CHECK(mails[1].recipients ==
          std::vector<std::string>{"gate@example.org", "keeper@example.org"});
    CHECK(has(mails[1], "To: cats-moderators@example.org\n"));
    CHECK(has(mails[1], "Reply-To: cats+permit-" + token + "@example.org\n"));
    CHECK(has(mails[1], "cats+obstruct-" + token + "@example.org"));
    CHECK(has(mails[1], "- keeper@example.org\n"));
    CHECK(mails[2].recipients == std::vector<std::string>{ann});

    cats.ask("permit-" + token, "gate@example.org");
    CHECK(cats.subscription(ann) == Subscription::digest);
    CHECK(cats.mails().size() == 1);
    // The other one was too late, and is told; a stranger is not.
    cats.ask("obstruct-" + token, "keeper@example.org");
    mails = cats.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0].recipients == std::vector<std::string>{"keeper@example.org"});
    cats.ask("obstruct-" + token, "stranger@example.com");
    CHECK(cats.mails().empty());
    CHECK(cats.subscription(ann) == Subscription::digest);
}

TEST_CASE("list/request: obstruct, and owners where submod names nobody")
{
    Cats cats;
    cats.control("submod");
    cats.control("nosubmodmails");
    cats.control("nosubconfirm");
    cats.ask("subscribe", ann);
    const auto mails = cats.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0].recipients == std::vector<std::string>{"owner@example.org"});
    cats.ask("obstruct-" + cats.only("moderation").substr(9), "owner@example.org");
    CHECK(cats.in("moderation").empty());
    CHECK(cats.mails().empty());
    CHECK(cats.subscription(ann) == Subscription::none);
}

// Release cookies of mlmmj could be computed from what it had mailed to the author.
TEST_CASE("list/request: a held post goes out once, by its own token only")
{
    Cats cats;
    cats.control("moderators", "mod@example.org\nsecond@example.org\n");
    HeldPost post;
    post.message = "Subject: x\n\nbody\n";
    const std::string first = hold_post(cats.list(), post, "first", cats.now);
    const std::string second = hold_post(cats.list(), post, "second", cats.now);
    cats.ask("release-" + first, "mod@example.org");
    CHECK(cats.released == std::vector<std::string>{"first"});
    CHECK(cats.mails().empty());
    cats.ask("release-" + first, "second@example.org");
    CHECK(cats.released.size() == 1);
    CHECK(cats.mails().size() == 1);
    cats.ask("permit-" + second, "mod@example.org");
    cats.mails();
    CHECK(find_held_post(cats.list(), second, cats.now));
    cats.ask("reject-" + second, "mod@example.org");
    CHECK_FALSE(find_held_post(cats.list(), second, cats.now));
    CHECK(cats.released.size() == 1);
    CHECK(cats.mails().empty());
}

TEST_CASE("list/request: a post that could not be sent stays held")
{
    Cats cats;
    HeldPost post;
    post.message = "Subject: x\n\nbody\n";
    const std::string token = hold_post(cats.list(), post, "first", cats.now);
    const auto works = cats.hooks;
    cats.hooks.release_post = [](const auto&) { throw mn::Error("4.3.0", "mail system error"); };
    CHECK_THROWS_AS(cats.ask("release-" + token, "mod@example.org"), mn::Error);
    cats.hooks = works;
    cats.ask("release-" + token, "mod@example.org");
    CHECK(cats.released.size() == 1);
}

TEST_CASE("list/request: holiday messages confirm and release nothing")
{
    Cats cats;
    HeldPost post;
    post.message = "Subject: x\n\nbody\n";
    const std::string held = hold_post(cats.list(), post, "first", cats.now);
    cats.ask("subscribe", ann);
    const std::string token = cats.only("subconf");
    cats.mails();
    const std::string automatic = "Auto-Submitted: auto-replied\n";
    cats.ask("confsub-" + token, ann, automatic);
    cats.ask("release-" + held, "mod@example.org", automatic);
    cats.sender = "";
    cats.ask("confsub-" + token, ann);
    cats.ask("reject-" + held, "mod@example.org");
    CHECK(cats.subscription(ann) == Subscription::none);
    CHECK(cats.released.empty());
    CHECK(find_held_post(cats.list(), held, cats.now));
    CHECK(cats.mails().empty());
}

TEST_CASE("list/request: no verb answers machines, forgers or the list itself")
{
    Cats cats;
    cats.write("control/owner", ann + "\n");
    cats.control("notifysub");
    std::filesystem::create_directory(cats.path("archive"));
    cats.write("archive/1", "Subject: x\n\nbody\n");
    for (const char* extension : {"subscribe", "unsubscribe", "help", "faq", "get-1", "list"}) {
        for (const char* field : {"Auto-Submitted: auto-replied\n", "Precedence: bulk\n",
                                  "List-Id: <x.example>\n", "X-Loop: cats@example.org\n"})
            cats.ask(extension, ann, field);
        cats.sender = "";
        cats.ask(extension, ann);
        cats.sender.reset();
        cats.vouched = Vouched::no;
        cats.ask(extension, ann);
        cats.vouched = Vouched::yes;
        cats.ask(extension, "cats@example.org");
    }
    CHECK(cats.mails().empty());
    CHECK(cats.in("subconf").empty());
    cats.ask("help", ann);
    CHECK(cats.mails().size() == 1);
}

TEST_CASE("list/request: nobody is flooded")
{
    Cats cats;
    cats.control("answersaday", "3\n");
    for (int count = 0; count < 20; ++count)
        cats.ask("subscribe", ann);
    CHECK(cats.mails().size() == 3);
    CHECK(cats.in("subconf").size() <= 3);
}

TEST_CASE("list/request: old posts")
{
    Cats cats;
    const std::string post = "Subject: x\nX-Odd:\tkept \n\nbody without end";
    std::filesystem::create_directory(cats.path("archive"));
    cats.write("archive/7", post);
    cats.ask("get-7", ann);
    auto mails = cats.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0].message == post);
    CHECK(mails[0].with_verp);
    CHECK(mails[0].sender.starts_with("cats+bounces-7."));
    cats.ask("get-8", ann);
    cats.ask("get-0", ann);
    cats.control("subonlyget");
    cats.ask("get-7", ann);
    CHECK(cats.mails().empty());
    cats.subscribe(ann, Subscription::nomail);
    cats.ask("get-7", ann);
    CHECK(cats.mails().size() == 1);
    cats.control("noget");
    cats.ask("get-7", ann);
    CHECK(cats.mails().empty());
}

TEST_CASE("list/request: subscribers are for owners only")
{
    Cats cats;
    cats.write("text/list", "Subject: all\n\n- %normalsubs%\n= %digestsubs%\n# %nomailsubs%\n");
    cats.subscribe("bob@example.net", Subscription::both);
    cats.subscribe("eve@example.net", Subscription::nomail);
    cats.ask("list", ann);
    CHECK(cats.mails().empty());
    cats.ask("list", "Owner@example.org");
    const auto mails = cats.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0].recipients == std::vector<std::string>{"owner@example.org"});
    CHECK(has(mails[0], "- bob@example.net\n= bob@example.net\n# eve@example.net\n"));
    cats.control("nolistsubsemail");
    cats.ask("list", "owner@example.org");
    CHECK(cats.mails().empty());
}

TEST_CASE("list/request: mail to the owners passes through as it is")
{
    Cats cats;
    cats.control("owner", "owner@example.org\ncats+owner@example.org\nboss@example.com\n");
    Incoming mail;
    mail.message = "Return-Path: <x@y.example>\nFrom: ann@example.net\nX: 1\n\nFrom me\nlast";
    mail.sender = "bounce@sender.example";
    mail.extension = "owner";
    handle_request(cats.context(), mail, parse_extension("owner"), cats.hooks);
    const auto mails = cats.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0].sender == "bounce@sender.example");
    CHECK(mails[0].recipients == std::vector<std::string>{"owner@example.org", "boss@example.com"});
    CHECK(mails[0].message == "From: ann@example.net\nX: 1\n\nFrom me\nlast");
    cats.control("owner", "");
    CHECK_THROWS_AS(handle_request(cats.context(), mail, parse_extension("owner"), cats.hooks),
                    mn::Error);
}

TEST_CASE("list/request: a question that bounced is closed")
{
    Cats cats;
    cats.ask("subscribe", ann);
    const std::string token = cats.only("subconf");
    cats.sender = "";
    cats.ask("bounces-confsub-" + token, "mailer-daemon@example.net");
    CHECK(cats.in("subconf").empty());
}

TEST_CASE("list/request: what is no request is refused, and the list is no subscriber")
{
    Cats cats;
    CHECK_THROWS_AS(cats.ask("nonsense", ann), mn::Error);
    CHECK_THROWS_AS(subscribe(cats.context(), "cats@example.org", Subscription::normal, {}),
                    mn::Error);
    CHECK_THROWS_AS(subscribe(cats.context(), "cats+help@example.org", Subscription::normal, {}),
                    mn::Error);
    CHECK_THROWS_AS(subscribe(cats.context(), "no address", Subscription::normal, {}), mn::Error);
}
