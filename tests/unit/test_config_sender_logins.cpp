#include "base/error.hpp"
#include "config/sender_logins.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>

using mn::config::SenderLogins;

TEST_CASE("config/sender_logins: the address, the address without detail, the domain")
{
    const ScratchDirectory scratch;
    std::ofstream(scratch.file("senders"))
        << "# made by a program\n"
           "@example.org joe@example.org\n"
           "info@example.org ann@example.org,joe@example.org\n"
           "ann@example.org\tann@example.org\n"
           "ann+list@example.org  joe@example.org, bob@example.org\n"
           "nobody@example.org \n"
           "long@example.org "
        << std::string(200000, 'x') << ",ann@example.org\n"
        << "last@example.org ann@example.org";
    const SenderLogins logins(scratch.file("senders"));
    CHECK(logins.may_send("ann@example.org", "info@example.org"));
    CHECK(logins.may_send("JOE@example.org", "Info@Example.ORG"));
    CHECK(!logins.may_send("bob@example.org", "info@example.org"));
    CHECK(logins.may_send("ann@example.org", "ann@example.org"));
    CHECK(logins.may_send("ann@example.org", "ann+other@example.org"));
    CHECK(!logins.may_send("ann@example.org", "ann+list@example.org"));
    CHECK(logins.may_send("bob@example.org", "ann+list@example.org"));
    CHECK(logins.may_send("joe@example.org", "unknown@example.org"));
    CHECK(!logins.may_send("ann@example.org", "unknown@example.org"));
    CHECK(!logins.may_send("joe@example.org", "unknown@example.com"));
    CHECK(!logins.may_send("joe@example.org", "nobody@example.org"));
    CHECK(logins.may_send("ann@example.org", "long@example.org"));
    CHECK(logins.may_send("ann@example.org", "last@example.org"));
    CHECK(!logins.may_send("", "nobody@example.org"));
    CHECK(!logins.may_send("ann@example.org", ""));
}

TEST_CASE("config/sender_logins: no table is an error, not a yes")
{
    CHECK_THROWS_AS(SenderLogins("/nonexistent/senders"), mn::Error);
}
