#include "dns/zone.hpp"
#include "findings.hpp"
#include "publish/blocklist.hpp"
#include "publish/check.hpp"
#include "publish/dmarc_check.hpp"
#include "publish/host_check.hpp"
#include "publish/policy_check.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::publish;

namespace
{

const std::string good = "mail.example.org A 192.0.2.1\n"
                         "mail.example.org TXT \"v=spf1 a -all\"\n"
                         "1.2.0.192.in-addr.arpa PTR mail.example.org\n"
                         "example.org MX 10 mail.example.org\n"
                         "example.org TXT \"v=spf1 mx -all\"\n"
                         "_dmarc.example.org TXT \"v=DMARC1; p=none; rua=mailto:a@example.org\"\n"
                         "_imaps._tcp.example.org SRV 0 1 993 mail.example.org\n"
                         "_submissions._tcp.example.org SRV 0 1 465 mail.example.org\n";

std::string troubles_in(const std::string& zone, const std::string& address = "192.0.2.1")
{
    Settings settings{.node = {.host = "mail.example.org"}, .domains = {"example.org"}};
    if (!address.empty()) settings.node.addresses.push_back(*IpAddress::parse(address));
    dns::ZoneResolver resolver(zone);
    return troubles(check(settings, resolver).findings);
}

std::string dmarc_troubles(const std::string& record, const std::string& more = "")
{
    dns::ZoneResolver resolver("_dmarc.example.org TXT \"" + record + "\"\n" + more);
    std::vector<Finding> findings;
    check_dmarc({.domain = "example.org", .spf = Passes::yes, .dkim = Passes::yes, .wanted = ""},
                resolver, findings);
    return troubles(findings);
}

} // namespace

TEST_CASE("publish/check: a good zone, and one that does not answer")
{
    CHECK(troubles_in(good).empty());
    CHECK(troubles_in(good, "").empty());
    const std::string slow =
        troubles_in("example.org TIMEOUT\nmail.example.org TIMEOUT\n"
                    "1.2.0.192.in-addr.arpa TIMEOUT\n"
                    "_dmarc.example.org TIMEOUT\n_imaps._tcp.example.org TIMEOUT\n"
                    "_submissions._tcp.example.org TIMEOUT\n");
    CHECK(slow == "host? ptr? helo-spf? mx? spf? dmarc? srv? srv?");
}

TEST_CASE("publish/check: services at other places")
{
    CHECK(troubles_in(good + "_imaps._tcp.example.org SRV 5 1 993 gone.example.org\n") ==
          "srv-dead");
    CHECK(troubles_in(good + "_imaps._tcp.example.org SRV 5 1 143 mail.example.org\n") ==
          "srv-port");
    CHECK(troubles_in(good + "_imaps._tcp.example.org SRV 0 0 0 .\n") == "srv-none");
}

TEST_CASE("publish/host_check: names in a loop, and addresses of ours")
{
    dns::ZoneResolver resolver(good + "10.2.0.192.in-addr.arpa PTR x.example.org\n"
                                      "x.example.org CNAME y.example.org\n"
                                      "y.example.org CNAME x.example.org\n");
    std::vector<Finding> findings;
    const auto addresses = check_host_names(
        {.host = "mail.example.org", .addresses = {*IpAddress::parse("192.0.2.10")}}, resolver,
        findings);
    CHECK(addresses == std::vector<IpAddress>{*IpAddress::parse("192.0.2.10")});
    CHECK(troubles(findings) == "host-address host-foreign ptr-unconfirmed");
    for (const char* text : {"10.0.0.1", "172.31.0.1", "192.168.3.4", "127.0.0.1", "100.64.1.1",
                             "fd00::1", "fe80::1", "::1", "240.0.0.1"}) {
        const std::string type = std::string(text).find(':') == std::string::npos ? "A" : "AAAA";
        dns::ZoneResolver zone("mail.example.org " + type + " " + text + "\n");
        findings.clear();
        check_host_names({.host = "mail.example.org"}, zone, findings);
        CHECK_MESSAGE(troubles(findings) == "host-private ptr-missing", text);
    }
}

TEST_CASE("publish/dmarc_check: consent, from where it is needed")
{
    const std::string with = "v=DMARC1; p=none; rua=mailto:";
    CHECK(dmarc_troubles(with + "a@example.org").empty());
    CHECK(dmarc_troubles(with + "a@example.org!10m").empty());
    CHECK(dmarc_troubles(with + "a@sub.example.org").empty());
    CHECK(dmarc_troubles(with + "a@example.net") == "dmarc-consent");
    const std::string name = "example.org._report._dmarc.example.net ";
    CHECK(dmarc_troubles(with + "a@example.net", name + "TXT \"v=DMARC1;\"\n").empty());
    CHECK(dmarc_troubles(with + "a@example.net", name + "TXT \"v=spf1\"\n") == "dmarc-consent");
    CHECK(dmarc_troubles(with + "a@example.net", name + "TIMEOUT\n") == "dmarc?");
    CHECK(dmarc_troubles(with + "a@example.org, mailto:b@example.net") == "dmarc-consent");
    CHECK(dmarc_troubles(with + "a") == "dmarc-report-address");
}

TEST_CASE("publish/dmarc_check: a subdomain has the record of its parent")
{
    dns::ZoneResolver resolver("_dmarc.example.org TXT \"v=DMARC1; p=none\"\n");
    std::vector<Finding> findings;
    check_dmarc({.domain = "sub.example.org", .spf = Passes::yes, .dkim = Passes::no, .wanted = ""},
                resolver, findings);
    CHECK(troubles(findings).empty());
}

TEST_CASE("publish/dmarc_check: our own mail")
{
    const auto with = [](Passes spf, Passes dkim) {
        dns::ZoneResolver resolver(
            "_dmarc.example.org TXT \"v=DMARC1; p=none; rua=mailto:a@example.org\"\n");
        std::vector<Finding> findings;
        check_dmarc({.domain = "example.org", .spf = spf, .dkim = dkim, .wanted = ""}, resolver,
                    findings);
        return troubles(findings);
    };
    CHECK(with(Passes::no, Passes::yes).empty());
    CHECK(with(Passes::yes, Passes::no).empty());
    CHECK(with(Passes::no, Passes::no) == "alignment-fails");
    CHECK(with(Passes::no, Passes::unknown).empty());
}

TEST_CASE("publish/policy_check: optional, and right if there")
{
    const auto with = [](const std::string& zone) {
        dns::ZoneResolver resolver(zone);
        std::vector<Finding> findings;
        check_tls_report("example.org", "", resolver, findings);
        check_mta_sts("example.org", resolver, findings);
        return troubles(findings);
    };
    CHECK(with("").empty());
    CHECK(with("_smtp._tls.example.org TXT \"v=TLSRPTv1; rua=https://x.example/r\"\n").empty());
    CHECK(with("_smtp._tls.example.org TXT \"v=TLSRPTv1;\"\n") == "tlsrpt-report-address");
    CHECK(with("_smtp._tls.example.org TXT \"v=TLSRPTv1; rua=mailto:x\"\n") ==
          "tlsrpt-report-address");
    CHECK(with("_mta-sts.example.org TXT \"v=STSv1; id=\"\nmta-sts.example.org A 192.0.2.1\n") ==
          "mta-sts-syntax");
    CHECK(with("_mta-sts.example.org TXT \"v=STSv1; id=a1\"\n") == "mta-sts-host");
    CHECK(with("_mta-sts.example.org TIMEOUT\n") == "mta-sts?");
}

TEST_CASE("publish/blocklist: listings, and answers that are none")
{
    const auto with = [](const std::string& zone) {
        dns::ZoneResolver resolver(zone);
        std::vector<Finding> findings;
        const std::vector<IpAddress> addresses{*IpAddress::parse("192.0.2.1")};
        const std::vector<std::string> domains{"example.org"};
        check_blocklists(addresses, domains, resolver, findings);
        return troubles(findings);
    };
    const std::string zen = "1.2.0.192.zen.spamhaus.org ";
    CHECK(with("").empty());
    CHECK(with(zen + "A 127.0.0.2\n") == "blocklist-listed");
    CHECK(with(zen + "A 127.255.255.254\n") == "blocklist?");
    CHECK(with(zen + "A 203.0.113.5\n") == "blocklist?");
    CHECK(with(zen + "TIMEOUT\n") == "blocklist?");
    CHECK(with("example.org.dbl.spamhaus.org A 127.0.1.2\n") == "blocklist-listed");
    CHECK(with("example.org.dbl.spamhaus.org A 127.0.1.255\n") == "blocklist?");
}
