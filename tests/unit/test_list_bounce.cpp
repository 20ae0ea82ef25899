#include "list/bounce.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "list/bounce_record.hpp"
#include "list/subscribers.hpp"
#include "list/token.hpp"
#include "scratch_directory.hpp"
#include "vectors.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <memory>

using namespace mn;
using namespace mn::list;

namespace
{

constexpr std::int64_t day = 86400;
constexpr std::int64_t hour = 3600;
const std::string ann = "ann@example.net";
const std::string record = "bounce/ann=example.net";
const std::string probe_file = "bounce/ann=example.net-probe";

/// A list with ann, and the mails it sends.
struct World {
    World()
    {
        for (const char* const directory : {"control", "text", "subscribers.d", "bounce"})
            std::filesystem::create_directory(root.file(directory));
        write("control/listaddress", "cats@example.org\n");
        write("control/owner", "boss@example.org\n");
        write("control/notifysub", "");
        write("text/probe", "Subject: probe\n\nBounced: %bouncenumbers%\n");
        write("text/notify", "Subject: %ifaction unsub%gone%endif% %ifreason bouncing%bouncing"
                             "%endif%\n\n$subaddr$\n");
        write("text/finish", "Subject: finish\n\n$subaddr$\n");
        open();
        Subscribers(*list).set(ann, Subscription::normal);
    }

    void open() { list = std::make_unique<List>(root.path()); }
    void write(const std::string& name, const std::string& content) const
    {
        replace_file(root.file(name), content, 0600);
    }
    bool has(const std::string& name) const { return std::filesystem::exists(root.file(name)); }
    std::string read(const std::string& name) const { return contents(root.file(name)); }

    Context context(std::int64_t now) const { return {*list, texts, send, now}; }

    /// The mail of tests/data/dsn comes back to an address of the list.
    std::string bounce(const std::string& extension, const std::string& name, std::int64_t now)
    {
        const std::string message = contents(test_data("dsn") / cat(name, ".eml"));
        Incoming mail;
        mail.message = message;
        mail.extension = extension;
        return record_bounce(context(now), mail, parse_extension(extension));
    }
    std::string bounce_of_post(const std::string& number, const std::string& name, std::int64_t now)
    {
        return bounce(cat("bounces-", number, ".", bounce_tag(*list, number), "-ann=example.net"),
                      name, now);
    }
    BounceWork judge(std::int64_t now) const { return judge_bouncers(context(now)); }
    bool is_subscribed() const { return Subscribers(*list).find(ann) != Subscription::none; }

    /// What a probe was sent from: "bounces-probe-TOKEN-ann=example.net".
    std::string probe_extension() const
    {
        REQUIRE_FALSE(sent.empty());
        return list->extension_of(sent.back().sender).value_or("");
    }

    ScratchDirectory root;
    std::unique_ptr<List> list;
    TextDirectories texts;
    std::vector<Outgoing> sent;
    Send send = [this](const Outgoing& mail) { sent.push_back(mail); };
};

constexpr std::int64_t start = 1772442000; // 2026-03-02 09:00:00 UTC

/// Bounced on four days in a row, and probed.
void bounce_until_probed(World& world)
{
    for (int i = 0; i < 4; ++i)
        world.bounce_of_post("7", "postfix-unknown", start + i * day);
    REQUIRE(world.judge(start + 3 * day).probed == 1);
}

} // namespace

TEST_CASE("list/bounce: a bounce is recorded in the form of mlmmj, with the mail beside it")
{
    World world;
    world.bounce_of_post("7", "postfix-unknown", start);
    CHECK(world.read(record) == "7:1772442000 # Mon Mar  2 09:00:00 2026\n");
    CHECK(world.read(cat(record, ".lastmsg")).starts_with("Return-Path: <>\n"));
}

TEST_CASE("list/bounce: only with a good tag")
{
    World world;
    const std::string tag = bounce_tag(*world.list, "7");
    world.bounce(cat("bounces-8.", tag, "-ann=example.net"), "postfix-unknown", start);
    world.bounce("bounces-7.abcdefghijklmnop-ann=example.net", "postfix-unknown", start);
    world.bounce("bounces-7-ann=example.net", "postfix-unknown", start);
    world.bounce("bounces-7.-ann=example.net", "postfix-unknown", start);
    CHECK_FALSE(world.has(record));
}

TEST_CASE("list/bounce: only for who is subscribed")
{
    World world;
    const std::string tag = bounce_tag(*world.list, "7");
    world.bounce(cat("bounces-7.", tag, "-eve=example.net"), "postfix-unknown", start);
    CHECK(std::filesystem::is_empty(world.root.file("bounce")));
}

TEST_CASE("list/bounce: policy, delays, answers and successes do not count")
{
    World world;
    for (const char* const name : {"postfix-policy", "gmail-dmarc", "postfix-delayed", "delivered",
                                   "holiday-sieve", "holiday-person", "postfix-too-big"})
        world.bounce_of_post("7", name, start);
    CHECK_FALSE(world.has(record));
}

TEST_CASE("list/bounce: one a day, and a hard one more than a soft one")
{
    World world;
    world.bounce_of_post("7", "qmail-full", start);
    world.bounce_of_post("8", "qmail-full", start + hour);
    CHECK(world.read(record) == "7:1772442000 # Mon Mar  2 09:00:00 2026 soft\n");
    world.bounce_of_post("9", "postfix-unknown", start + 2 * hour);
    world.bounce_of_post("9", "postfix-unknown", start + 3 * hour);
    const auto history = parse_bounces(world.read(record));
    REQUIRE(history.bounces.size() == 2);
    CHECK(score_of(history) == 2);
}

TEST_CASE("list/bounce: without an address in the envelope, the report says whose it is")
{
    World world;
    world.bounce(cat("bounces-7.", bounce_tag(*world.list, "7")), "two-recipients", start);
    CHECK(world.has(record));
    CHECK_FALSE(world.has("bounce/dora=example.net"));
    CHECK_FALSE(world.has("bounce/ann.smith=example.com"));
}

TEST_CASE("list/bounce: records of mlmmj count, and nonsense in them does not")
{
    const auto history = parse_bounces("7:1772442000 # Mon Mar  2 10:00:00 2026\n"
                                       "x\n:1\n8:\n8:-1 # x\n8:99999999999999999999 # x\n"
                                       "digest:1772542000 # Tue Mar  3 13:46:40 2026");
    REQUIRE(history.bounces.size() == 2);
    CHECK(history.bounces[1].number == "digest");
    CHECK(score_of(history) == 4);
    CHECK_FALSE(history.probe_bounced);
}

TEST_CASE("list/bounce: names of files that are made of addresses")
{
    CHECK(bounce_name("Ann@Example.NET") == "ann=example.net");
    CHECK(bounced_address("ann=example.net") == "ann@example.net");
    CHECK(bounced_address("a=b=example.net") == "a=b@example.net");
    for (const char* const name : {"ann=example.net.lastmsg", "ann=example.net-probe", "ann", "..",
                                   "=example.net", "ann=", "a/b=example.net"})
        CHECK_FALSE(bounced_address(name));
    for (const char* const address : {"a/../b@example.net", "ann", ".a@example.net", "",
                                      "ann@example.net.lastmsg", "ann@exa mple"})
        CHECK_FALSE(bounce_name(address));
    CHECK_FALSE(bounce_name(cat("a@", std::string(60, 'x'), ".", std::string(60, 'x'), ".",
                                std::string(60, 'x'), ".", std::string(60, 'x'), ".example")));
}

TEST_CASE("list/bounce: nobody is probed before the score is full")
{
    World world;
    for (int i = 0; i < 3; ++i)
        world.bounce_of_post("7", "postfix-unknown", start + i * day);
    CHECK(world.judge(start + 2 * day + hour).probed == 0);
    CHECK(world.sent.empty());
    world.bounce_of_post("7", "postfix-unknown", start + 3 * day);
    CHECK(world.judge(start + 3 * day + hour).probed == 1);
    REQUIRE(world.sent.size() == 1);
    CHECK(world.sent[0].recipients == std::vector<std::string>{ann});
    CHECK(world.sent[0].sender.ends_with("-ann=example.net@example.org"));
    CHECK(world.sent[0].message.find("Bounced: 7") != std::string::npos);
    CHECK(world.read(probe_file) == std::to_string(start + 3 * day + hour));
    CHECK(world.judge(start + 3 * day + 2 * hour).probed == 0);
    CHECK(world.is_subscribed());
}

TEST_CASE("list/bounce: who bounces for longer than bouncelife is probed as well")
{
    World world;
    world.bounce_of_post("7", "postfix-unknown", start);
    CHECK(world.judge(start + 5 * day + 12 * hour).probed == 0);
    CHECK(world.judge(start + 5 * day + 12 * hour + 1).probed == 1);
}

TEST_CASE("list/bounce: bouncescore and bouncelife are the list's")
{
    World world;
    world.write("control/bouncescore", "1\n");
    world.open();
    world.bounce_of_post("7", "qmail-full", start);
    CHECK(world.judge(start).probed == 0); // soft: half
    world.bounce_of_post("7", "qmail-full", start + day);
    CHECK(world.judge(start + day).probed == 1);
}

TEST_CASE("list/bounce: a probe that comes back ends the subscription, and the owner is told")
{
    World world;
    bounce_until_probed(world);
    world.bounce(world.probe_extension(), "postfix-unknown", start + 3 * day + hour);
    CHECK(world.is_subscribed());
    CHECK_FALSE(world.has(probe_file));
    world.sent.clear();
    CHECK(world.judge(start + 3 * day + 2 * hour).removed == 1);
    CHECK_FALSE(world.is_subscribed());
    CHECK(std::filesystem::is_empty(world.root.file("bounce")));
    REQUIRE(world.sent.size() == 1);
    CHECK(world.sent[0].recipients == std::vector<std::string>{"boss@example.org"});
    CHECK(world.sent[0].message.find("gone bouncing") != std::string::npos);
}

TEST_CASE("list/bounce: a forged bounce of a probe changes nothing")
{
    World world;
    bounce_until_probed(world);
    const std::string good = world.probe_extension();
    std::string other = good;
    other[std::string("bounces-probe-").size() + 20] ^= 1;
    world.bounce(other, "postfix-unknown", start + 3 * day + hour);
    world.bounce("bounces-probe-ann=example.net", "postfix-unknown", start + 3 * day + hour);
    // A token is good for one address only.
    Subscribers(*world.list).set("eve@example.net", Subscription::normal);
    world.bounce(cat(good.substr(0, good.size() - 15), "eve=example.net"), "postfix-unknown",
                 start + 3 * day + hour);
    CHECK(world.judge(start + 3 * day + 2 * hour).removed == 0);
    CHECK(world.has(probe_file));
    CHECK_FALSE(world.has("bounce/eve=example.net"));
    CHECK(world.is_subscribed());
}

TEST_CASE(
    "list/bounce: an answer to a probe is none, nor is a policy, and after 12 hours: forgiven")
{
    World world;
    bounce_until_probed(world);
    world.bounce(world.probe_extension(), "holiday-sieve", start + 3 * day + hour);
    world.bounce(world.probe_extension(), "postfix-policy", start + 3 * day + hour);
    CHECK(world.judge(start + 3 * day + 12 * hour).forgiven == 0);
    CHECK(world.judge(start + 3 * day + 12 * hour + 1).forgiven == 1);
    CHECK(world.is_subscribed());
    CHECK(std::filesystem::is_empty(world.root.file("bounce")));
}

TEST_CASE(
    "list/bounce: a probe that comes back after five days still counts, after nine it does not")
{
    World world;
    bounce_until_probed(world);
    const std::string extension = world.probe_extension();
    CHECK(world.judge(start + 4 * day).forgiven == 1);
    world.bounce(extension, "postfix-expired", start + 12 * day);
    CHECK_FALSE(world.has(record));
    world.bounce(extension, "postfix-expired", start + 8 * day);
    CHECK(world.judge(start + 8 * day).removed == 1);
    CHECK_FALSE(world.is_subscribed());
}

TEST_CASE("list/bounce: an old record of mlmmj is not enough to be removed")
{
    World world;
    world.write(record, cat("7:", std::to_string(start - 30 * day), " # long ago\n"));
    const BounceWork work = world.judge(start);
    CHECK(work.removed == 0);
    CHECK(work.probed == 1);
}

TEST_CASE("list/bounce: records of people who are gone go, too")
{
    World world;
    world.write("bounce/eve=example.net", "7:1 # x\n");
    world.write("bounce/eve=example.net-probe", "1");
    world.write("bounce/eve=example.net.lastmsg", "x");
    world.write("bounce/ann=example.net.lastmsg", "x"); // without a record
    world.write("bounce/stranger", "x");
    const BounceWork work = world.judge(start);
    CHECK(work.removed + work.probed + work.forgiven == 0);
    CHECK(world.has("bounce/stranger"));
    CHECK_FALSE(world.has("bounce/eve=example.net.lastmsg"));
    CHECK_FALSE(world.has("bounce/ann=example.net.lastmsg"));
}

TEST_CASE("list/bounce: a probe that cannot be sent is sent next time, and stops nobody else's")
{
    World world;
    world.write(record, "7:1 # x\n");
    Subscribers(*world.list).set("bob@example.net", Subscription::normal);
    world.write("bounce/bob=example.net", "7:1 # x\n");
    std::size_t calls = 0;
    const Send failing = [&](const Outgoing& mail) {
        ++calls;
        if (mail.recipients.front() == ann) throw Error("4.3.0", "no", "sendmail is broken");
    };
    const BounceWork work = judge_bouncers({*world.list, world.texts, failing, start});
    CHECK(calls == 2);
    CHECK(work.probed == 1);
    REQUIRE(work.failures.size() == 1);
    CHECK(work.failures[0] == "bounces of ann=example.net: sendmail is broken");
    CHECK_FALSE(world.has(probe_file));
}

TEST_CASE("list/bounce: the bounce of a confirmation ends the request")
{
    World world;
    for (const char* const directory : {"subconf", "unsubconf"})
        std::filesystem::create_directory(world.root.file(directory));
    world.write("subconf/0123456789abcdef-eve=example.net", "eve@example.net");
    world.write("subconf/0123456789abcdefg", "eve@example.net");
    world.write("unsubconf/fedcba9876543210-eve=example.net", "eve@example.net");
    world.bounce("bounces-confsub-0123456789abcdef-eve=example.net", "holiday-sieve", start);
    CHECK(world.has("subconf/0123456789abcdef-eve=example.net"));
    world.bounce("bounces-confsub-0123456789abcdef-eve=example.net", "postfix-unknown", start);
    CHECK_FALSE(world.has("subconf/0123456789abcdef-eve=example.net"));
    CHECK(world.has("subconf/0123456789abcdefg"));
    CHECK(world.has("unsubconf/fedcba9876543210-eve=example.net"));
    world.bounce("bounces-confunsub-fedcba9876543210-eve=example.net", "postfix-unknown", start);
    CHECK_FALSE(world.has("unsubconf/fedcba9876543210-eve=example.net"));
}

TEST_CASE("list/bounce: a list without bounce/ has nothing to judge, and none is made")
{
    World world;
    std::filesystem::remove(world.root.file("bounce"));
    CHECK(world.judge(start).probed == 0);
    CHECK_FALSE(world.has("bounce"));
}
