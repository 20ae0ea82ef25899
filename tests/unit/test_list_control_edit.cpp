#include "base/error.hpp"
#include "list/access.hpp"
#include "list/control_edit.hpp"
#include "request_list.hpp"

#include <doctest/doctest.h>

using namespace mn::list;

namespace
{

AccessAction action(const RequestList& cats, const std::string& header)
{
    return parse_access(cats.read("control/access")).judge(header).action;
}

} // namespace

TEST_CASE("list/control_edit: a ban is of one address, and well-formed")
{
    const RequestList cats;
    CHECK(ban_poster(cats.list(), "A.n+n$x@example.net"));
    CHECK_FALSE(ban_poster(cats.list(), "a.n+n$x@EXAMPLE.net"));
    CHECK(parse_access(cats.read("control/access")).problems().empty());
    CHECK(action(cats, "From: a.n+n$x@example.net\n") == AccessAction::discard);
    CHECK(action(cats, "from: \"A\" <A.N+N$x@example.net>\n") == AccessAction::discard);
    CHECK(action(cats, "From: aan+n$x@example.net\n") == AccessAction::allow);
    CHECK(action(cats, "From: xa.n+n$x@example.net\n") == AccessAction::allow);
    CHECK(action(cats, "From: a.n+n$x@example.net.example\n") == AccessAction::allow);
    CHECK(action(cats, "Cc: a.n+n$x@example.net\nFrom: b@example.net\n") == AccessAction::allow);
}

TEST_CASE("list/control_edit: the rules that were there stay, below")
{
    RequestList cats;
    cats.control("access", "moderate ^Subject: x\n");
    CHECK(ban_poster(cats.list(), "ann@example.net"));
    CHECK(cats.read("control/access") == ban_rule("ann@example.net") + "\nmoderate ^Subject: x\n");
}

TEST_CASE("list/control_edit: who may post, each once")
{
    RequestList cats;
    cats.control("allowposters", "\nzed@example.net");
    CHECK(allow_poster(cats.list(), "Ann@example.net"));
    CHECK_FALSE(allow_poster(cats.list(), "ann@example.net"));
    CHECK_FALSE(allow_poster(cats.list(), "ZED@example.net"));
    CHECK(cats.read("control/allowposters") == "\nzed@example.net\nann@example.net\n");
}

TEST_CASE("list/control_edit: only addresses, so that no line holds two")
{
    const RequestList cats;
    for (const char* text : {"", "ann", "ann@example.net\nallow", "a b@example.net"}) {
        CHECK_THROWS_AS(allow_poster(cats.list(), text), mn::Error);
        CHECK_THROWS_AS(ban_poster(cats.list(), text), mn::Error);
    }
}
