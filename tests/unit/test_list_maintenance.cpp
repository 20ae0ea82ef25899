#include "list/maintenance.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"
#include "list/held.hpp"
#include "list/subscribers.hpp"
#include "list/token.hpp"
#include "scratch_directory.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mn;
using namespace mn::list;

namespace
{

constexpr std::int64_t now = 1'790'000'000;
constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 86400;

/// A list as mlmmj-make-ml leaves it, and the mails it sends.
struct World {
    World()
    {
        for (const char* const directory :
             {"incoming", "queue", "queue/discarded", "archive", "text", "subconf", "unsubconf",
              "bounce", "control", "moderation", "subscribers.d", "digesters.d", "nomailsubs.d",
              "requeue"})
            std::filesystem::create_directory(root.file(directory));
        write("control/listaddress", "cats@example.org\n");
        write("control/owner", "boss@example.org\n");
        write("control/moderators", "mod@example.org\nboss@example.org\n");
        write("index", "7");
        write("lastdigest", cat("7:", std::to_string(now), ":1\n"));
        texts = {
            (test_data("").parent_path().parent_path().parent_path() / "userconfig" / "listtext")
                .string()};
        open();
    }

    void open() { list = std::make_unique<List>(root.path()); }
    void write(const std::string& name, const std::string& content, std::int64_t age = 0) const
    {
        replace_file(root.file(name), content, 0600);
        const struct timespec then = {now - age, 0};
        const std::array<struct timespec, 2> times{then, then};
        ::utimensat(AT_FDCWD, root.file(name).c_str(), times.data(), 0);
    }
    bool has(const std::string& name) const { return std::filesystem::exists(root.file(name)); }
    std::string read(const std::string& name) const { return contents(root.file(name)); }
    void subscribe(const std::string& address) const
    {
        Subscribers(*list).set(address, Subscription::normal);
    }
    Report run() const { return maintain({*list, texts, send, now}); }

    ScratchDirectory root;
    std::unique_ptr<List> list;
    TextDirectories texts;
    mutable std::vector<Outgoing> sent;
    Send send = [this](const Outgoing& mail) { sent.push_back(mail); };
};

const std::string post = "From: ann@example.net\nSubject: tails\n\nbody\n";

} // namespace

TEST_CASE("list/maintenance: nothing to do leaves the list as it is, but for the log of the run")
{
    World world;
    const Report report = world.run();
    CHECK(report.lines.empty());
    CHECK(report.failures.empty());
    CHECK(world.sent.empty());
    CHECK(world.read("mlmmj-maintd.lastrun.log") ==
          "Starting maintenance run at Mon Sep 21 14:13:20 2026\n\n");
}

TEST_CASE("list/maintenance: what is older than a week goes, what is younger stays")
{
    World world;
    for (const char* const directory : {"queue/discarded", "subconf", "unsubconf"}) {
        world.write(cat(directory, "/old"), "x", 7 * day + 1);
        world.write(cat(directory, "/new"), "x", 7 * day - 1);
    }
    world.run();
    for (const char* const directory : {"queue/discarded", "subconf", "unsubconf"}) {
        CHECK_FALSE(world.has(cat(directory, "/old")));
        CHECK(world.has(cat(directory, "/new")));
    }
}

TEST_CASE("list/maintenance: a second run at the same time does nothing")
{
    World world;
    world.write("subconf/old", "x", 8 * day);
    world.list->make_directory("mailnode");
    const pid_t other = ::fork(); // a lock of ours would not keep us out
    if (other == 0) {
        const Lock lock(world.root.file("mailnode/cron.lock"), std::chrono::seconds(1));
        ::close(::open(world.root.file("locked").c_str(), O_CREAT | O_WRONLY, 0600));
        ::sleep(30);
        ::_exit(0);
    }
    for (int i = 0; i < 1000 && !world.has("locked"); ++i)
        ::usleep(10000);
    const Report report = world.run();
    ::kill(other, SIGKILL);
    ::waitpid(other, nullptr, 0);
    CHECK(report.is_busy);
    CHECK(world.has("subconf/old"));
    CHECK_FALSE(world.run().is_busy);
    CHECK_FALSE(world.has("subconf/old"));
}

TEST_CASE("list/maintenance: posts that nobody released expire, and owner and moderators are told")
{
    World world;
    world.write("moderation/0123456789abcdef", post, 7 * day + 1);
    world.write("moderation/0123456789abcdef.omit", "ann@example.net", 7 * day + 1);
    world.write("moderation/0123456789abcde0", post, 7 * day - 1);
    world.write("moderation/subscribe0123456789abcdef", "eve@example.net\nSUB_NORMAL\n",
                7 * day + 1);
    const Report report = world.run();
    CHECK_FALSE(world.has("moderation/0123456789abcdef"));
    CHECK_FALSE(world.has("moderation/0123456789abcdef.omit"));
    CHECK_FALSE(world.has("moderation/subscribe0123456789abcdef"));
    CHECK(world.has("moderation/0123456789abcde0"));
    CHECK(report.failures.empty());
    REQUIRE(world.sent.size() == 1);
    CHECK(world.sent[0].recipients ==
          std::vector<std::string>{"boss@example.org", "mod@example.org"});
    CHECK(world.sent[0].sender == "cats+bounces-help@example.org");
    CHECK(world.sent[0].message.find("tails") != std::string::npos);
}

TEST_CASE("list/maintenance: modreqlife is the list's, and no text, no mail")
{
    World world;
    world.texts = {};
    world.write("control/modreqlife", "3600\n");
    world.open();
    world.write("moderation/0123456789abcdef", post, hour + 1);
    const Report report = world.run();
    CHECK_FALSE(world.has("moderation/0123456789abcdef"));
    CHECK(world.sent.empty());
    CHECK(report.failures.empty());
}

TEST_CASE("list/maintenance: the author of an expired post is told when he is a subscriber")
{
    for (const bool is_subscriber : {true, false}) {
        World world;
        if (is_subscriber) world.subscribe("ann@example.net");
        const std::string token = hold_post(
            *world.list, {"", post, "", "moderated", "ann@example.net", now, ""}, "Q1-1", now);
        world.write(cat("moderation/", token), post, 8 * day);
        world.run();
        const bool told =
            std::any_of(world.sent.begin(), world.sent.end(), [](const Outgoing& mail) {
                return mail.recipients == std::vector<std::string>{"ann@example.net"};
            });
        CHECK(told == is_subscriber);
        CHECK(world.sent.size() == (is_subscriber ? 2 : 1));
    }
}

TEST_CASE("list/maintenance: an expired post that a machine wrote is not answered")
{
    World world;
    world.subscribe("ann@example.net");
    const std::string message = cat("Auto-Submitted: auto-generated\n", post);
    const std::string token = hold_post(
        *world.list, {"", message, "", "moderated", "ann@example.net", now, ""}, "Q1-1", now);
    world.write(cat("moderation/", token), message, 8 * day);
    world.run();
    CHECK(world.sent.size() == 1); // the owners
}

TEST_CASE("list/maintenance: a mail that mlmmj could not send is sent, with its envelope")
{
    World world;
    const std::string name = "queue/0123456789abcdef";
    world.write(name, post, hour);
    world.write(cat(name, ".mailfrom"), "cats+bounces-help@example.org", hour);
    world.write(cat(name, ".reciptto"), "ann@example.net", hour);
    world.write(cat(name, ".reply-to"), "cats+confsub-1@example.org", hour);
    CHECK(world.run().failures.empty());
    REQUIRE(world.sent.size() == 1);
    CHECK(world.sent[0].sender == "cats+bounces-help@example.org");
    CHECK(world.sent[0].recipients == std::vector<std::string>{"ann@example.net"});
    CHECK(world.sent[0].message == cat("Reply-To: cats+confsub-1@example.org\n", post));
    CHECK_FALSE(world.has(name));
    for (const char* const suffix : {".mailfrom", ".reciptto", ".reply-to"})
        CHECK_FALSE(world.has(cat(name, suffix)));
}

TEST_CASE("list/maintenance: what mlmmj may still be at work on is left alone")
{
    World world;
    const std::string name = "queue/0123456789abcdef";
    world.write(name, post, 60);
    world.write(cat(name, ".mailfrom"), "cats+bounces-help@example.org", 60);
    world.write(cat(name, ".reciptto"), "ann@example.net", 60);
    world.write("queue/0123456789abcde0", post, 9 * hour); // no envelope yet
    world.run();
    CHECK(world.sent.empty());
    CHECK(world.has(name));
    CHECK(world.has("queue/0123456789abcde0"));
}

TEST_CASE("list/maintenance: addresses beside a queued mail are not believed blindly")
{
    for (const char* const recipient :
         {"-bd@example.net", "nobody", "a b@example.net", "", "a@b\n-c@d", "<a@example.net>"}) {
        World world;
        const std::string name = "queue/0123456789abcdef";
        world.write(name, post, hour);
        world.write(cat(name, ".mailfrom"), "cats+bounces-help@example.org", hour);
        world.write(cat(name, ".reciptto"), recipient, hour);
        world.run();
        if (recipient != std::string("a@b\n-c@d")) CHECK(world.sent.empty());
        for (const Outgoing& mail : world.sent)
            CHECK(mail.recipients == std::vector<std::string>{"a@b"});
    }
}

TEST_CASE("list/maintenance: a post of mlmmj that nobody is known for is kept, not deleted")
{
    World world;
    world.write("queue/0123456789abcdef", post, 10 * hour + 1);
    world.write("queue/fedcba9876543210.mailfrom", "x@example.org", 10 * hour + 1);
    world.write("queue/notes", "of the owner", 100 * day);
    world.run();
    CHECK_FALSE(world.has("queue/0123456789abcdef"));
    CHECK(world.read("queue/discarded/0123456789abcdef") == post);
    CHECK_FALSE(world.has("queue/fedcba9876543210.mailfrom"));
    CHECK(world.has("queue/notes"));
    world.run(); // and it stays there for its week
    CHECK(world.has("queue/discarded/0123456789abcdef"));
}

TEST_CASE("list/maintenance: a post that mlmmj could not send to some is sent to those of them who "
          "are still subscribed")
{
    World world;
    for (const char* const address : {"ann@example.net", "bob@example.net"})
        world.subscribe(address);
    world.write("archive/5", post);
    std::filesystem::create_directory(world.root.file("requeue/5"));
    world.write("requeue/5/subscribers",
                "bob@example.net\nann@example.net\nBob@example.net\ngone@example.net\nnonsense",
                hour);
    CHECK(world.run().failures.empty());
    REQUIRE(world.sent.size() == 1);
    CHECK(world.sent[0].sender ==
          cat("cats+bounces-5.", bounce_tag(*world.list, "5"), "@example.org"));
    CHECK(world.sent[0].with_verp);
    CHECK(world.sent[0].recipients ==
          std::vector<std::string>{"bob@example.net", "ann@example.net"});
    CHECK(world.sent[0].message == post);
    CHECK_FALSE(world.has("requeue/5/subscribers"));
}

TEST_CASE("list/maintenance: without an archive the post is beside its subscribers")
{
    World world;
    world.subscribe("ann@example.net");
    std::filesystem::create_directory(world.root.file("requeue/5"));
    world.write("requeue/5/subscribers", "ann@example.net\n", hour);
    world.write("requeue/5/mailfile", post, hour);
    std::filesystem::create_directory(world.root.file("requeue/6")); // whose post is gone
    world.write("requeue/6/subscribers", "ann@example.net\n", hour);
    world.run();
    REQUIRE(world.sent.size() == 1);
    CHECK(world.sent[0].message == post);
    CHECK(world.has("requeue/6/subscribers"));
}

TEST_CASE("list/maintenance: a batch that cannot be sent is tried again, and nothing is lost")
{
    World world;
    world.subscribe("ann@example.net");
    world.write("archive/5", post);
    std::filesystem::create_directory(world.root.file("requeue/5"));
    world.write("requeue/5/subscribers", "ann@example.net\n", hour);
    world.write("subconf/old", "x", 8 * day);
    const Send failing = [](const Outgoing&) { throw Error("4.3.0", "no", "sendmail is broken"); };
    const Report report = maintain({*world.list, world.texts, failing, now});
    CHECK(report.failures == std::vector<std::string>{"requeue/5: sendmail is broken"});
    CHECK_FALSE(world.has("subconf/old")); // the rest was done
    CHECK(world.read("mlmmj-maintd.lastrun.log").find("failed: requeue/5") != std::string::npos);
    CHECK(world.run().failures.empty());
    CHECK(world.sent.size() == 1);
}

TEST_CASE("list/maintenance: requeue is looked into without following anything out of it")
{
    World world;
    world.subscribe("ann@example.net");
    ScratchDirectory elsewhere;
    replace_file(elsewhere.file("subscribers"), "ann@example.net\n", 0600);
    std::filesystem::create_directory_symlink(elsewhere.path(), world.root.file("requeue/5"));
    std::filesystem::create_directory(world.root.file("requeue/x"));
    world.write("archive/5", post);
    world.run();
    CHECK(world.sent.empty());
    CHECK(std::filesystem::exists(elsewhere.file("subscribers")));
}

TEST_CASE("list/maintenance: digests are sent when they are due")
{
    World world;
    Subscribers(*world.list).set("dora@example.net", Subscription::digest);
    world.write("archive/7", post);
    world.write("lastdigest", cat("6:", std::to_string(now - 7 * day), ":1\n"));
    CHECK(world.run().failures.empty());
    REQUIRE(world.sent.size() == 1);
    CHECK(world.sent[0].recipients == std::vector<std::string>{"dora@example.net"});
    CHECK(world.read("lastdigest").starts_with("7:"));
}

TEST_CASE("list/maintenance: bounces are judged")
{
    World world;
    world.subscribe("ann@example.net");
    world.write("bounce/ann=example.net", "7:1 # x\n");
    const Report report = world.run();
    REQUIRE(world.sent.size() == 1);
    CHECK(world.sent[0].recipients == std::vector<std::string>{"ann@example.net"});
    CHECK(report.lines == std::vector<std::string>{"ann@example.net bounces: probe sent"});
}
