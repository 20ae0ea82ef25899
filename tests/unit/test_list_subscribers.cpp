// src/list/subscribers.hpp, list/subscriber_change.hpp, list/subscriber_file.hpp
#include "list/subscribers.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mn;
using namespace mn::list;
using Change = Subscribers::Change;

namespace
{

struct Fixture : ListDirectory {
    List list{path()};
    Subscribers subscribers{list};

    std::string all(Kind kind) const
    {
        std::string text;
        subscribers.for_each(
            kind, [&](std::string_view address) { text += cat(text.empty() ? "" : " ", address); });
        return text;
    }
    std::size_t files_in(const std::string& name) const
    {
        const auto entries = std::filesystem::directory_iterator(path() + "/" + name);
        return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
    }
};

std::string status_of(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error.status();
    }
    return "";
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "list/subscribers: one address, as mlmmj stores it")
{
    CHECK(subscribers.find("ann@example.net") == Subscription::none);
    CHECK(subscribers.count(Kind::normal) == 0);
    CHECK(subscribers.set("Ann@Example.NET", Subscription::normal) == Change::added);
    CHECK(get("subscribers.d/a") == "ann@example.net\n");
    CHECK(subscribers.find("aNN@example.net") == Subscription::normal);
    CHECK(subscribers.set("ann@example.net", Subscription::normal) == Change::already);
    CHECK(subscribers.set("amy@example.net", Subscription::normal) == Change::added);
    CHECK(get("subscribers.d/a") == "ann@example.net\namy@example.net\n");
    CHECK(subscribers.remove("ANN@example.net") == Subscription::normal);
    CHECK(subscribers.remove("ann@example.net") == Subscription::none);
    CHECK(get("subscribers.d/a") == "amy@example.net\n");
    CHECK(subscribers.remove("amy@example.net") == Subscription::normal);
    CHECK_FALSE(has("subscribers.d/a"));
    CHECK(files_in("subscribers.d") == 0); // no lock, no half-written file
    CHECK(files_in("mailnode") == 0);
}

TEST_CASE_FIXTURE(Fixture, "list/subscribers: another way to be subscribed ends the old one")
{
    const std::string ann = "ann@example.net";
    const auto ways = {Subscription::normal, Subscription::digest, Subscription::nomail,
                       Subscription::both};
    for (const Subscription before : ways) {
        for (const Subscription after : ways) {
            subscribers.remove(ann);
            CHECK(subscribers.set(ann, before) == Change::added);
            CHECK(subscribers.find(ann) == before);
            CHECK(subscribers.set(ann, after) ==
                  (before == after ? Change::already : Change::switched));
            CHECK(subscribers.find(ann) == after);
            const bool both = after == Subscription::both;
            CHECK(has("subscribers.d/a") == (both || after == Subscription::normal));
            CHECK(has("digesters.d/a") == (both || after == Subscription::digest));
            CHECK(has("nomailsubs.d/a") == (after == Subscription::nomail));
        }
    }
    subscribers.set(ann, Subscription::both);
    CHECK_FALSE(subscribers.remove(ann, Kind::nomail));
    CHECK(subscribers.remove(ann, Kind::digest));
    CHECK(subscribers.find(ann) == Subscription::normal);
}

TEST_CASE_FIXTURE(Fixture, "list/subscribers: what cannot be subscribed")
{
    const auto set = [&](const std::string& address) {
        return status_of([&] { subscribers.set(address, Subscription::normal); });
    };
    for (const std::string& bad :
         {std::string(), std::string("ann"), std::string("a b@example.net"),
          std::string("a/b@example.net"), std::string("/b@example.net"),
          std::string(".b@example.net"), std::string("a\n@example.net"),
          "ann@" + std::string(60, 'a') + "." + std::string(60, 'b') + "." + std::string(60, 'c') +
              "." + std::string(60, 'd')})
        CHECK(set(bad) == "5.1.3");
    CHECK(set("cats@example.org") == "5.7.1");
    CHECK(set("Cats@EXAMPLE.org") == "5.7.1");
    CHECK(set("cats+subscribe@example.org") == "5.7.1");
    CHECK_FALSE(has("subscribers.d"));
    CHECK(subscribers.remove("") == Subscription::none);
    CHECK(subscribers.remove("/etc/passwd") == Subscription::none);
    CHECK(subscribers.remove("../control/listaddress") == Subscription::none);
    CHECK(set("a=b+c@example.net") == "");
    CHECK(set("~x@localhost") == "");
    CHECK(get("subscribers.d/~") == "~x@localhost\n");
}

TEST_CASE_FIXTURE(Fixture, "list/subscribers: files made by hand and by others")
{
    put("subscribers.d/a", "Ann@Example.net\r\n\n  amy@example.net  \nal@example.net");
    put("subscribers.d/people", "ben@example.net\nno address\nnobody\nann@example.net\n");
    put("subscribers.d/b.new", "half@example.net\n");
    put("subscribers.d/.b.lock", "lock@example.net\n");
    put("subscribers.d/directory/x", "deep@example.net\n");
    CHECK(all(Kind::normal) == "ann@example.net amy@example.net al@example.net ben@example.net "
                               "ann@example.net");
    CHECK(subscribers.count(Kind::normal) == 5);
    CHECK(subscribers.find("al@example.net") == Subscription::normal);
    CHECK(subscribers.find("BEN@example.net") == Subscription::normal);
    CHECK(subscribers.find("half@example.net") == Subscription::none);
    CHECK(subscribers.set("ben@example.net", Subscription::normal) == Change::already);
    CHECK_FALSE(has("subscribers.d/b"));
    // The last line gets its end before something is added; elsewhere found is removed there.
    CHECK(subscribers.set("abe@example.net", Subscription::normal) == Change::added);
    CHECK(get("subscribers.d/a") ==
          "ann@example.net\namy@example.net\nal@example.net\nabe@example.net\n");
    CHECK(subscribers.set("ben@example.net", Subscription::digest) == Change::switched);
    CHECK(get("digesters.d/b") == "ben@example.net\n");
    CHECK(subscribers.remove("ann@example.net") == Subscription::normal);
    CHECK(get("subscribers.d/people") == "no address\nnobody\n");
    CHECK(get("subscribers.d/a") == "amy@example.net\nal@example.net\nabe@example.net\n");
    CHECK(subscribers.find("ann@example.net") == Subscription::none);
}

TEST_CASE_FIXTURE(Fixture, "list/subscribers: lines of any length across the buffer")
{
    std::string text;
    std::vector<std::string> wanted;
    for (int i = 0; i < 40000; ++i) {
        wanted.push_back(cat("a", std::string(static_cast<std::size_t>(i % 41), 'x'),
                             std::to_string(i), "@example.net"));
        text += wanted.back() + (i % 7 == 0 ? "\r\n" : "\n");
    }
    put("subscribers.d/a", text);
    std::vector<std::string> seen;
    subscribers.for_each(Kind::normal, [&](std::string_view line) { seen.emplace_back(line); });
    CHECK(seen == wanted);
    CHECK(subscribers.remove(wanted[20000]) == Subscription::normal);
    CHECK(subscribers.count(Kind::normal) == 39999);
    put("subscribers.d/z", std::string(1 << 20, 'z'));
    CHECK(status_of([&] { subscribers.count(Kind::normal); }) == "4.3.5");
}

TEST_CASE_FIXTURE(Fixture, "list/subscribers: many at once")
{
    put("subscribers.d/a", "ann@example.net\n");
    put("digesters.d/b", "bob@example.net\n");
    const std::vector<std::string_view> addresses{"zoe@example.net", "bob@example.net",
                                                  "ann@example.net", "amy@example.net",
                                                  "zoe@example.net"};
    std::vector<std::string> before(addresses.size());
    const auto note = [&](std::size_t index, Subscription was) { before[index] = name_of(was); };
    const auto result = subscribers.set_many(addresses, Subscription::normal, note);
    CHECK(result.changed == 3);
    CHECK(result.already == 2);
    CHECK(before == std::vector<std::string>{"none", "digest", "normal", "none", ""});
    CHECK(all(Kind::normal) == "ann@example.net amy@example.net bob@example.net zoe@example.net");
    CHECK(all(Kind::digest) == "");

    const std::vector<std::string_view> gone{"zoe@example.net", "nobody@example.net",
                                             "ann@example.net"};
    const auto removed = subscribers.remove_many(gone);
    CHECK(removed.changed == 2);
    CHECK(removed.already == 1);
    CHECK(all(Kind::normal) == "amy@example.net bob@example.net");
    CHECK_FALSE(has("subscribers.d/z"));

    const std::vector<std::string_view> bad{"eve@example.net", "cats@example.org"};
    CHECK(status_of([&] { subscribers.set_many(bad, Subscription::normal); }) == "5.7.1");
    CHECK(subscribers.find("eve@example.net") == Subscription::none);
    CHECK(subscribers.set_many({}, Subscription::normal).changed == 0);
}

TEST_CASE_FIXTURE(Fixture, "list/subscribers: modes as the directory has them, and kept")
{
    ::chmod(path().c_str(), 0770);
    const List shared(path());
    Subscribers(shared).set("ann@example.net", Subscription::normal);
    struct stat found = {};
    ::stat((path() + "/subscribers.d/a").c_str(), &found);
    CHECK((found.st_mode & 07777) == 0660);
    ::stat((path() + "/subscribers.d").c_str(), &found);
    CHECK((found.st_mode & 07777) == 0770);
    ::chmod(path().c_str(), 0700);
    const List own(path());
    Subscribers(own).set("bob@example.net", Subscription::normal);
    ::stat((path() + "/subscribers.d/b").c_str(), &found);
    CHECK((found.st_mode & 07777) == 0600);
}

TEST_CASE_FIXTURE(Fixture, "list/subscribers: waits for the lock of mlmmj, and sees what it did")
{
    put("subscribers.d/a", "");
    int ready[2] = {};
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        // As mlmmj-sub: lock, append, remove the lock file, end.
        const std::string lock = path() + "/subscribers.d/.a.lock";
        const int fd = ::open(lock.c_str(), O_RDWR | O_CREAT, 0600);
        struct flock range = {};
        range.l_type = F_WRLCK;
        if (fd < 0 || ::fcntl(fd, F_SETLKW, &range) != 0 || ::write(ready[1], "x", 1) != 1)
            ::_exit(1);
        ::usleep(100000);
        put("subscribers.d/a", "amy@example.net\n");
        ::unlink(lock.c_str());
        ::_exit(0);
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK(subscribers.set("ann@example.net", Subscription::normal) == Change::added);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(get("subscribers.d/a") == "amy@example.net\nann@example.net\n");
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_CASE("list/subscribers: names")
{
    CHECK(name_of(Kind::nomail) == "nomail");
    CHECK(name_of(Subscription::both) == "both");
    CHECK(name_of(Subscription::none) == "none");
    CHECK(subscriber_address("Ann@Example.net") == "ann@example.net");
    CHECK_FALSE(subscriber_address(" ann@example.net"));
}
