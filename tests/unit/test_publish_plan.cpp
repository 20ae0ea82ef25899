#include "publish/plan.hpp"
#include "publish/plan_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mn;
using namespace mn::publish;

namespace
{

const Node node{.host = "mail.example.org", .addresses = {*IpAddress::parse("192.0.2.1")}};

/// "NAME TYPE DATA" of each, advice in brackets.
std::vector<std::string> lines(const Node& host, const std::vector<std::string>& domains,
                               const Wishes& wishes = {})
{
    std::vector<std::string> all;
    for (const Record& record : plan(host, domains, wishes, {})) {
        const std::string line = record.name + " " + record.type + " " + record.data;
        all.push_back(record.is_advice ? "[" + line + "]" : line);
    }
    return all;
}

bool has(const std::vector<std::string>& all, const std::string& line)
{
    return std::find(all.begin(), all.end(), line) != all.end();
}

} // namespace

TEST_CASE("publish/plan: the records of a domain")
{
    CHECK(lines(node, {"example.org"}) ==
          std::vector<std::string>{
              "mail.example.org A 192.0.2.1",
              "[1.2.0.192.in-addr.arpa PTR mail.example.org.]",
              "mail.example.org TXT v=spf1 a -all",
              "example.org MX 10 mail.example.org.",
              "example.org TXT v=spf1 mx -all",
              "_dmarc.example.org TXT v=DMARC1; p=none; rua=mailto:postmaster@example.org",
              "_smtp._tls.example.org TXT v=TLSRPTv1; rua=mailto:postmaster@example.org",
              "[_mta-sts.example.org TXT v=STSv1; id=1]",
              "_imaps._tcp.example.org SRV 0 1 993 mail.example.org.",
              "_submissions._tcp.example.org SRV 0 1 465 mail.example.org.",
          });
}

TEST_CASE("publish/plan: what belongs into other zones is advice")
{
    const auto other = lines(node, {"example.net"});
    CHECK(has(other, "[mail.example.org A 192.0.2.1]"));
    CHECK(has(other, "[mail.example.org TXT v=spf1 a -all]"));
    CHECK(has(other, "example.net MX 10 mail.example.org."));
    // Not within it, though it ends alike.
    CHECK(has(lines(node, {"ample.org"}), "[mail.example.org A 192.0.2.1]"));
    CHECK(has(lines(node, {"example.net", "example.org"}), "mail.example.org A 192.0.2.1"));
}

TEST_CASE("publish/plan: reports to others need their consent")
{
    const Wishes wishes{.policy = dmarc::Policy::reject,
                        .report_to = {"a@example.org", "b@reports.example"}};
    const auto all = lines(node, {"example.org"}, wishes);
    CHECK(has(all, "_dmarc.example.org TXT v=DMARC1; p=reject; "
                   "rua=mailto:a@example.org,mailto:b@reports.example"));
    CHECK(has(all, "[example.org._report._dmarc.reports.example TXT v=DMARC1]"));
    CHECK(std::count_if(all.begin(), all.end(), [](const std::string& line) {
              return line.find("_report") != std::string::npos;
          }) == 1);
    CHECK(has(lines(node, {"example.org", "reports.example"}, wishes),
              "example.org._report._dmarc.reports.example TXT v=DMARC1"));
}

TEST_CASE("publish/plan: a host that is the domain, and one without addresses")
{
    const auto all = lines({.host = "example.org"}, {"example.org"});
    CHECK(!has(all, "example.org TXT v=spf1 a -all"));
    CHECK(has(all, "example.org TXT v=spf1 mx -all"));
    CHECK(has(all, "[example.org A ]"));
}

TEST_CASE("publish/plan_text: a comment above each record, advice as a comment")
{
    Record record{.domain = "example.org",
                  .name = "example.org",
                  .type = "TXT",
                  .data = "v=spf1 -all",
                  .why = "Because."};
    CHECK(zone_text(record) == "; Because.\nexample.org. IN TXT \"v=spf1 -all\"\n");
    CHECK(json_text(record) ==
          "{\"domain\":\"example.org\",\"name\":\"example.org\",\"type\":\"TXT\","
          "\"value\":\"v=spf1 -all\",\"why\":\"Because.\",\"advice\":false}\n");
    record.is_advice = true;
    CHECK(zone_text(record) == "; Because.\n; example.org. IN TXT \"v=spf1 -all\"\n");
    record.data.clear();
    CHECK(zone_text(record) == "; Because.\n");
    const std::vector<std::string> servers{"ns1.example.net", "ns2.example.net"};
    CHECK(zone_head(servers, "example.org", 0) ==
          "$TTL 3600\nexample.org. IN SOA ns1.example.net. hostmaster.example.org. 1970010101 7200 "
          "3600 1209600 3600\nexample.org. IN NS ns1.example.net.\nexample.org. IN NS "
          "ns2.example.net.\n");
}
