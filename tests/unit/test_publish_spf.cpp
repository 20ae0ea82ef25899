#include "dns/zone.hpp"
#include "findings.hpp"
#include "publish/spf_check.hpp"
#include "publish/spf_libspf2.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::publish;

namespace
{

const std::vector<IpAddress> ours{*IpAddress::parse("192.0.2.1")};
const std::string host = "mail.example.org A 192.0.2.1\nexample.org MX 10 mail.example.org\n";

std::string troubles_of(const std::string& record, const std::string& more = "")
{
    dns::ZoneResolver resolver(host + "example.org TXT \"" + record + "\"\n" + more);
    std::vector<Finding> findings;
    check_spf({.name = "example.org",
               .host = "mail.example.org",
               .addresses = ours,
               .wanted = "v=spf1 mx -all"},
              resolver, findings);
    return troubles(findings);
}

std::string verdict(const std::string& record, const std::string& more = "")
{
    dns::ZoneResolver resolver(host + "example.org TXT \"" + record + "\"\n" + more);
    return libspf2_verdict({ours.front(), "mail.example.org", "a@example.org", {}}, resolver);
}

/// That many networks before the end.
std::string long_record(unsigned terms, const std::string& network)
{
    std::string record = "v=spf1";
    for (unsigned i = 0; i < terms; ++i)
        record += " " + network;
    return record + " -all";
}

} // namespace

TEST_CASE("publish/spf_check: good records, and what is wrong with others")
{
    CHECK(troubles_of("v=spf1 mx -all").empty());
    CHECK(troubles_of("v=spf1 mx ~all").empty());
    CHECK(troubles_of("v=spf1 redirect=spf.example.org",
                      "spf.example.org TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n")
              .empty());
    CHECK(troubles_of("v=spf1 -all") == "spf-refuses");
    CHECK(troubles_of("v=spf1 mx +all") == "spf-all");
    CHECK(troubles_of("v=spf1 ip4:192.0.0.0/8 -all") == "spf-wide");
    // libspf2 cannot read it.
    CHECK(troubles_of("v=spf1 ip4:0.0.0.0/0 -all") == "spf-wide spf-libspf2");
    CHECK(troubles_of("v=spf1 mx exists:mail.example.org -all") == "spf-all");
    CHECK(troubles_of("v=spf1 mx include:none.example -all") == "spf-error");
    CHECK(troubles_of("v=spf2 mx -all") == "spf-version");
    CHECK(troubles_of("something else") == "spf-missing");
    CHECK(troubles_of("v=spf10 mx -all") == "spf-version");
}

TEST_CASE("publish/spf_check: no answer is no fault")
{
    CHECK(troubles_of("v=spf1 mx include:slow.example -all", "slow.example TIMEOUT\n") == "spf?");
    dns::ZoneResolver resolver("example.org TIMEOUT\n");
    std::vector<Finding> findings;
    CHECK(check_spf(
              {.name = "example.org", .host = "mail.example.org", .addresses = ours, .wanted = ""},
              resolver, findings) == Passes::unknown);
    CHECK(troubles(findings) == "spf?");
}

TEST_CASE("publish/spf_libspf2: its verdicts, from our resolver")
{
    CHECK(verdict("v=spf1 mx -all") == "pass");
    CHECK(verdict("v=spf1 ip4:192.0.2.1 -all") == "pass");
    CHECK(verdict("v=spf1 a:mail.example.org -all") == "pass");
    CHECK(verdict("v=spf1 ip4:192.0.2.7 -all") == "fail");
    CHECK(verdict("v=spf1 ip4:192.0.2.7 ~all") == "softfail");
    CHECK(verdict("something else") == "none");
    CHECK(verdict("v=spf1 include:b.example -all",
                  "b.example TXT \"v=spf1 mx:example.org -all\"\n") == "pass");
    CHECK(verdict("v=spf1 ptr:example.org -all", "1.2.0.192.in-addr.arpa PTR mail.example.org\n") ==
          "pass");
}

TEST_CASE("publish/spf_libspf2: what would harm it never gets there")
{
    // A text that overflows its buffers, as an explanation and as a record.
    std::string bomb;
    for (int i = 0; i < 127; ++i)
        bomb += "%{d}";
    const std::string filler(3000, 'x');
    CHECK(verdict("v=spf1 -all exp=e.example.org",
                  "e.example.org TXT \"" + bomb + filler + "\"\n") == "fail");
    CHECK(verdict("v=spf1 -all exp=e.example.org", "e.example.org TXT \"" + bomb + "\"\n") ==
          "fail");
    CHECK(verdict("v=spf1 include:b.example -all",
                  "b.example TXT \"v=spf1 exists:" + bomb + filler + " -all\"\n") != "pass");
    // Ten includes in each of six records: a million questions, if nobody counted.
    std::string zone;
    for (int level = 0; level < 6; ++level)
        for (int i = 0; i < 10; ++i) {
            zone += "l" + std::to_string(level) + "-" + std::to_string(i) + ".example TXT \"v=spf1";
            for (int j = 0; j < 10; ++j)
                zone +=
                    " include:l" + std::to_string(level + 1) + "-" + std::to_string(j) + ".example";
            zone += " -all\"\n";
        }
    CHECK(verdict("v=spf1 include:l0-0.example -all", zone) != "pass");
}

TEST_CASE("publish/spf_libspf2: records that it forgets a part of")
{
    CHECK(libspf2_reads_all("v=spf1 mx -all"));
    CHECK(libspf2_reads_all("v=spf1 mx redirect=example.net"));
    CHECK(libspf2_reads_all(long_record(20, "ip4:203.0.113.7")));
    CHECK(!libspf2_reads_all(long_record(80, "ip4:203.0.113.7")));
    CHECK(!libspf2_reads_all(long_record(30, "ip6:2001:db8:1234::/48")));
    CHECK(troubles_of(long_record(1, "mx") + std::string(), "").empty());
    // Our own address first: it passes all the same.
    std::string record = long_record(30, "ip6:2001:db8:1234::/48");
    record.replace(0, 6, "v=spf1 mx");
    CHECK(troubles_of(record) == "spf-libspf2");
    CHECK(troubles_of("v=spf1 mx " + long_record(34, "ip4:203.0.113.177").substr(7)) ==
          "spf-libspf2");
}
