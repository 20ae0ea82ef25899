// src/list/list.hpp
#include "list/list.hpp"

#include "base/error.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>
#include <sys/stat.h>

using namespace mn;
using mn::list::List;

namespace
{

bool is_unusable(const std::string& directory)
{
    try {
        const List list(directory);
        return false;
    } catch (const Error& error) {
        return error.status() == "4.3.5" && error.exit_status() == exit_status::try_again;
    }
}

mode_t mode_of(const std::string& path)
{
    struct stat found = {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777;
}

} // namespace

TEST_CASE("list/list: addresses are the lines of listaddress, the first is the primary one")
{
    const ListDirectory directory("Cats@Example.ORG\n\n  kittens@example.net \r");
    const List list(directory.path() + "//");
    CHECK(list.directory() == directory.path());
    REQUIRE(list.addresses().size() == 2);
    CHECK(list.address().text() == "Cats@example.org");
    CHECK(list.addresses()[1].text() == "kittens@example.net");
    CHECK(list.is_own_address("cATS@EXAMPLE.org"));
    CHECK(list.is_own_address("kittens@example.net"));
    CHECK_FALSE(list.is_own_address("kittens@example.org"));
    CHECK_FALSE(list.is_own_address("cats+help@example.org"));
    CHECK(list.address_for("") == "Cats@example.org");
    CHECK(list.address_for("help") == "Cats+help@example.org");
    CHECK(list.path("archive/7") == directory.path() + "/archive/7");
}

TEST_CASE("list/list: a recipient's extension is what follows name and delimiter, in any case")
{
    const ListDirectory directory("cats@example.org\nkittens@example.net");
    const List list(directory.path());
    CHECK(list.extension_of("cats@example.org") == "");
    CHECK(list.extension_of("CATS@Example.Org") == "");
    CHECK(list.extension_of("cats+help@example.org") == "help");
    CHECK(list.extension_of("Cats+Help@EXAMPLE.org") == "Help");
    CHECK(list.extension_of("kittens+get-7@example.net") == "get-7");
    CHECK(list.extension_of("cats+a+b@example.org") == "a+b");
    const std::string long_one = "bounces-7.abc-" + std::string(64, 'a') + "=example.net";
    CHECK(list.extension_of("cats+" + long_one + "@example.org") == long_one);
    CHECK(list.extension_of("cats+a@b@example.org") == "a@b");
    for (const char* other : {"", "cats", "cats+help", "dogs@example.org", "cats+@example.org",
                              "cats+help@example.net", "catsx+help@example.org",
                              "cat+help@example.org", "cats-help@example.org", "@example.org"})
        CHECK_FALSE(list.extension_of(other));
}

TEST_CASE("list/list: another delimiter, also one of several characters")
{
    for (const std::string delimiter : {"-", "--", "="}) {
        const ListDirectory directory;
        directory.put("control/delimiter", delimiter + "\nof the old days\n");
        if (delimiter == "=") {
            CHECK(is_unusable(directory.path()));
            continue;
        }
        const List list(directory.path());
        CHECK(list.address_for("help") == "cats" + delimiter + "help@example.org");
        CHECK(list.extension_of("cats" + delimiter + "help@example.org") == "help");
        CHECK_FALSE(list.extension_of("cats+help@example.org"));
    }
}

TEST_CASE("list/list: what cannot be a list makes the mail wait")
{
    CHECK_THROWS_AS(List("/nonexistent"), Error);
    for (const char* address : {"", "\n\n", "cats", "cats@", "c ats@example.org", "a@b\nnone"}) {
        const ListDirectory directory(address);
        CHECK(is_unusable(directory.path()));
    }
    for (const char* delimiter : {"", " ", "@", "/", "\xc3\xa4"}) {
        const ListDirectory directory;
        directory.put("control/delimiter", delimiter);
        CHECK(is_unusable(directory.path()));
    }
    const ListDirectory directory;
    std::filesystem::create_directory(directory.path() + "/control/delimiter");
    CHECK(is_unusable(directory.path()));
    const ListDirectory huge(std::string(1 << 20, '\n') + "cats@example.org");
    CHECK(is_unusable(huge.path()));
}

TEST_CASE("list/list: control files by their types")
{
    const ListDirectory directory;
    directory.put("control/closedlist", "");
    directory.put("control/prefix", "  [cats] \r\nsecond line");
    directory.put("control/owner", "ann@example.net\r\n\n \tbob@example.net");
    directory.put("control/footer", "-- \n\nbye");
    directory.put("control/modreqlife", "86400\none day\n");
    directory.put("control/bouncelife", "5d\n");
    directory.put("control/digestmaxmails", "\n");
    const List list(directory.path());
    CHECK(list.flag("closedlist"));
    CHECK_FALSE(list.flag("moderated"));
    CHECK(list.line("prefix") == "[cats]");
    CHECK(list.line("from") == "auto");
    CHECK(list.lines("owner") == std::vector<std::string>{"ann@example.net", "bob@example.net"});
    CHECK(list.lines("moderators").empty());
    CHECK(list.text("footer") == "-- \n\nbye");
    CHECK_FALSE(list.text("access"));
    CHECK(list.number("modreqlife") == 86400);
    CHECK(list.number("digestinterval") == 604800);
    CHECK(list.number("maxmailsize") == std::numeric_limits<std::uint64_t>::max());
    CHECK_THROWS_AS(list.number("bouncelife"), Error);
    CHECK_THROWS_AS(list.number("digestmaxmails"), Error);
    CHECK_THROWS_AS(list.flag("closedlsit"), std::logic_error);
    CHECK_THROWS_AS(list.number("prefix"), std::logic_error);
}

TEST_CASE("list/list: a control file is read once")
{
    const ListDirectory directory;
    const List list(directory.path());
    CHECK_FALSE(list.flag("moderated"));
    directory.put("control/moderated", "");
    CHECK_FALSE(list.flag("moderated"));
    CHECK(List(directory.path()).flag("moderated"));
}

TEST_CASE("list/list: the secret is made once, and is nobody else's")
{
    const ListDirectory directory;
    ::chmod(directory.path().c_str(), 0700);
    const List list(directory.path());
    const std::string secret = secret_of(list);
    CHECK(secret.size() == 32);
    CHECK(secret_of(list) == secret);
    CHECK(secret_of(List(directory.path())) == secret);
    CHECK(mode_of(directory.path() + "/mailnode") == 0700);
    CHECK(mode_of(directory.path() + "/mailnode/secret") == 0600);
    const ListDirectory other;
    CHECK(secret_of(List(other.path())) != secret);
    directory.put("mailnode/secret", "short");
    CHECK_THROWS_AS(secret_of(list), Error);
}

TEST_CASE("list/list: where the group may write, what is made is the group's as well")
{
    const ListDirectory directory;
    ::chmod(directory.path().c_str(), 0770);
    const List list(directory.path());
    CHECK(list.file_mode() == 0660);
    secret_of(list);
    CHECK(mode_of(directory.path() + "/mailnode") == 0770);
    CHECK(mode_of(directory.path() + "/mailnode/secret") == 0660);
}
