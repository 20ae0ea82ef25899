#include "base/error.hpp"
#include "dns/zone.hpp"

#include <doctest/doctest.h>

using namespace mn::dns;

TEST_CASE("dns/zone: records, and their absence")
{
    ZoneResolver zone("; a comment\n"
                      "Example.test. TXT \"v=spf1 \" \"-all\"\n"
                      "example.test TXT \"a\\034\\\\b\\\"\"\n"
                      "example.test MX 20 b.test.\n"
                      "example.test MX 10 A.test\n"
                      "alias.test CNAME example.test\n"
                      "deep.below.test A 192.0.2.1\n");
    CHECK(zone.query("EXAMPLE.test.", Type::txt).texts ==
          std::vector<std::string>{"v=spf1 -all", "a\"\\b\""});
    CHECK(zone.query("alias.test", Type::mx).names == std::vector<std::string>{"a.test", "b.test"});
    CHECK(zone.query("example.test", Type::a).status == Status::no_data);
    CHECK(zone.query("below.test", Type::a).status == Status::no_data);
    CHECK(zone.query("low.test", Type::a).status == Status::no_such_name);
    CHECK(zone.query("a..b", Type::a).status == Status::no_such_name);
    CHECK(!zone.query("example.test", Type::txt).is_authenticated);
}

TEST_CASE("dns/zone: trouble")
{
    ZoneResolver zone("slow.test TIMEOUT\n"
                      "half.test SERVFAIL TXT\n"
                      "half.test A 192.0.2.1\n"
                      "a.test CNAME b.test\n"
                      "b.test CNAME a.test\n");
    CHECK(zone.query("slow.test", Type::a).problem == "timed out");
    CHECK(zone.query("half.test", Type::txt).problem == "SERVFAIL");
    CHECK(zone.query("half.test", Type::a).status == Status::found);
    CHECK(zone.query("a.test", Type::a).status == Status::temporary);
    for (const char* line : {"x.test", "x.test TXT abc", "x.test TXT \"abc", "x.test A 1.2.3",
                             "x.test MX host", "x.test SOA y", "x.test TIMEOUT SOA"})
        CHECK_THROWS_AS(ZoneResolver{line}, mn::Error);
}

TEST_CASE("dns/zone: round trips, and what follows from answers")
{
    ZoneResolver zone("a.test TXT \"1\"\nb.test TXT \"2\"\nc.test TXT \"3\"\n");
    zone.prefetch("b.test", Type::txt);
    zone.prefetch_then("a.test", Type::txt,
                       [&](const Answer&) { zone.prefetch("c.test", Type::txt); });
    CHECK(zone.lookups().size() == 2);
    zone.query("b.test", Type::txt);
    CHECK(zone.lookups().size() == 3);
    zone.query("a.test", Type::txt);
    CHECK(zone.round_trips() == 1);
    zone.query("c.test", Type::txt);
    CHECK(zone.round_trips() == 2);
    bool called = false;
    zone.prefetch_then("a.test", Type::txt,
                       [&](const Answer& answer) { called = answer.texts.front() == "1"; });
    CHECK(called);
    zone.reset();
    CHECK(zone.lookups().empty());
}

TEST_CASE("dns/zone: services")
{
    ZoneResolver zone("_imaps._tcp.test SRV 20 1 993 b.test.\n"
                      "_imaps._tcp.test SRV 10 2 1993 A.test\n"
                      "_pop3s._tcp.test SRV 0 0 0 .\n");
    CHECK(zone.query("_imaps._tcp.test", Type::srv).services ==
          std::vector<Service>{{10, 2, 1993, "a.test"}, {20, 1, 993, "b.test"}});
    CHECK(zone.query("_pop3s._tcp.test", Type::srv).services ==
          std::vector<Service>{{0, 0, 0, ""}});
    for (const char* line : {"x.test SRV 1 2 host.test", "x.test SRV 1 2 65536 host.test"})
        CHECK_THROWS_AS(ZoneResolver{line}, mn::Error);
}
