// What the public suite (test_auth_spf_vectors.cpp) does not look at: macros one by one, limits,
// what people are told, and how many questions and round trips it takes.
#include "auth/spf.hpp"
#include "auth/spf_macro.hpp"
#include "auth/spf_record.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mn;
using namespace mn::spf;

namespace
{

Request request_of(const char* client, const char* sender, const char* helo = "mail.example.org")
{
    return {.client = *IpAddress::parse(client), .helo = helo, .sender = sender, .receiver = {}};
}

/// The verdict on 192.0.2.1 and ann@a.test, in a zone.
Result check(const std::string& zone, const char* sender = "ann@a.test")
{
    dns::ZoneResolver resolver(zone);
    return check_host(request_of("192.0.2.1", sender), resolver);
}

std::string record(const std::string& text, const std::string& name = "a.test")
{
    return cat(name, " TXT \"v=spf1 ", text, "\"\n");
}

Verdict verdict(const std::string& text)
{
    return check(record(text)).verdict;
}

} // namespace

// The example of [RFC7208 7.4].
TEST_CASE("auth/spf_macro: the examples of the standard")
{
    MacroValues values;
    values.local = "strong-bad";
    values.sender_domain = "email.example.com";
    values.domain = "email.example.com";
    values.client = *IpAddress::parse("192.0.2.3");
    const auto x = [&](const char* text) {
        CHECK(!flaw_of_explanation(text));
        return expand(text, values);
    };
    CHECK(x("%{s}") == "strong-bad@email.example.com");
    CHECK(x("%{o}") == "email.example.com");
    CHECK(x("%{d4}") == "email.example.com");
    CHECK(x("%{d3}") == "email.example.com");
    CHECK(x("%{d2}") == "example.com");
    CHECK(x("%{d1}") == "com");
    CHECK(x("%{dr}") == "com.example.email");
    CHECK(x("%{d2r}") == "example.email");
    CHECK(x("%{l}") == "strong-bad");
    CHECK(x("%{l-}") == "strong.bad");
    CHECK(x("%{lr}") == "strong-bad");
    CHECK(x("%{lr-}") == "bad.strong");
    CHECK(x("%{l1r-}") == "strong");
    CHECK(x("%{ir}.%{v}._spf.%{d2}") == "3.2.0.192.in-addr._spf.example.com");
    CHECK(x("%{lr-}.lp._spf.%{d2}") == "bad.strong.lp._spf.example.com");
    CHECK(x("%{d2}.trusted-domains.example.net") == "example.com.trusted-domains.example.net");
    CHECK(x("%%%_%-%{d99999999999999999999}") == "% %20email.example.com");
    values.local = "a b/c\xc3";
    CHECK(x("%{L}") == "a%20b%2Fc%C3");
    values.client = *IpAddress::parse("2001:db8::cb01");
    CHECK(lower(x("%{ir}.%{v}._spf.%{d2}")) ==
          "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
    CHECK(x("%{c} %{r} %{t}") == "2001:db8::cb01 unknown 0");
    CHECK(x("%{p}") == "unknown");
}

TEST_CASE("auth/spf_macro: what is no macro, and what no domain")
{
    for (const char* text : {"%", "%a", "%{", "%{}", "%{x}", "%{d", "%{d0}", "%{dx}", "%{d*}",
                             "%(d)", "a b", "a\x80", "%{d2r2}"})
        CHECK_MESSAGE(flaw_of_macro_string(text), text);
    for (const char* text : {"", "com", "com.", "a.b.1", "a.-b", "a.b-", "a..", "%{d}a", "a.b%",
                             "%{c}", "%{r}.a.test", "a.b/24"})
        CHECK_MESSAGE(flaw_of_domain_spec(text), text);
    for (const char* text : {"a.b", "a.b.", "%{d}", "%{d}.a.test", "a.1-b", "..x", "a/b.c", "%%"})
        CHECK_MESSAGE(!flaw_of_domain_spec(text), text);
    CHECK(!flaw_of_explanation("You are %{c}, sorry."));
}

TEST_CASE("auth/spf_macro: long names lose labels on the left")
{
    const std::string label(60, 'x');
    const std::string name = cat(label, ".", label, ".", label, ".", label, ".", label, ".test.");
    CHECK(fit_name(name) == cat(label, ".", label, ".", label, ".", label, ".test"));
    CHECK(fit_name("a.test.") == "a.test");
    MacroValues values;
    values.domain = label;
    std::string many;
    for (int i = 0; i < 10000; ++i)
        many += "%{d}";
    CHECK(expand(many, values).size() == max_expansion);
}

TEST_CASE("auth/spf_record: prefix lengths and addresses")
{
    for (const char* text : {"a/0", "a/32", "a//0", "a//128", "a/24//64", "a:b.test/24", "mx/7",
                             "ip4:1.2.3.4/0", "ip6:::1/128", "ip6:::ffff:1.2.3.4", "A:b.test//1"})
        CHECK_MESSAGE(parse_record(cat("v=spf1 ", text)).error == "", text);
    for (const char* text : {"a/33",     "a//129",      "a/",
                             "a//",      "a/01",        "a/1/1",
                             "a//1/1",   "a//1//1",     "a/-1",
                             "ip4:::1",  "ip6:1.2.3.4", "ip4:1.2.3.4/",
                             "ip4",      "ip4:",        "ip6:::1/129",
                             "ptr/24",   "all:x",       "include",
                             "include:", "exists",      "include:a.b/24",
                             "",         "-",           "+-all",
                             "a:",       "redirect:a.b"}) {
        if (*text != '\0') CHECK_MESSAGE(parse_record(cat("v=spf1 ", text)).error != "", text);
    }
    const Record all = parse_record("V=SPF1  ~all  x=%{d} y.z-1=  exp=a.b redirect=c.d");
    CHECK(all.error == "");
    CHECK(all.mechanisms.size() == 1);
    CHECK(all.mechanisms.at(0).qualifier == '~');
    CHECK(all.explanation == "a.b");
    CHECK(all.redirect == "c.d");
}

TEST_CASE("auth/spf: an IPv4 client and ip6, an IPv6 client and ip4")
{
    CHECK(verdict("ip6:::/0 -all") == Verdict::fail);
    CHECK(verdict("ip6:::ffff:192.0.2.1 -all") == Verdict::fail);
    dns::ZoneResolver resolver(record("ip4:0.0.0.0/0 -all"));
    CHECK(check_host(request_of("2001:db8::1", "ann@a.test"), resolver).verdict == Verdict::fail);
    resolver.reset();
    CHECK(check_host(request_of("::ffff:192.0.2.1", "ann@a.test"), resolver).verdict ==
          Verdict::pass);
}

TEST_CASE("auth/spf: the HELO identity")
{
    dns::ZoneResolver resolver(record("ip4:192.0.2.1 -all", "mail.example.org") +
                               record("-all exp=x.a.test") + "x.a.test TXT \"%{l} at %{h}\"\n");
    const Request request = request_of("192.0.2.1", "ann@a.test");
    const Result helo = check_helo(request, resolver);
    CHECK(helo.verdict == Verdict::pass);
    CHECK(helo.domain == "mail.example.org");
    const Result sender = check_host(request, resolver);
    CHECK(sender.verdict == Verdict::fail);
    CHECK(sender.domain == "a.test");
    CHECK(sender.explanation == "ann at mail.example.org");
    CHECK(check_host(request_of("192.0.2.1", ""), resolver).verdict == Verdict::pass);
    CHECK(check_host(request_of("192.0.2.1", "", "[192.0.2.1]"), resolver).verdict ==
          Verdict::none);
    CHECK(check_host(request_of("192.0.2.1", "", ""), resolver).verdict == Verdict::none);
    CHECK(check_host(request_of("192.0.2.1", "ann"), resolver).verdict == Verdict::none);
    CHECK(check_host(request_of("192.0.2.1", "ann@x\xc3\xa9.test"), resolver).verdict ==
          Verdict::none);
    CHECK(check_host(request_of("192.0.2.1", "\"b@c.test\"@a.test"), resolver).domain == "a.test");
}

TEST_CASE("auth/spf: what is temporary and what is not")
{
    CHECK(check("a.test TIMEOUT\n").verdict == Verdict::temperror);
    CHECK(check(record("a:b.test -all") + "b.test SERVFAIL\n").verdict == Verdict::temperror);
    CHECK(check(record("mx -all") + "a.test MX 1 b.test\nb.test TIMEOUT\n").verdict ==
          Verdict::temperror);
    CHECK(check(record("include:b.test -all") + "b.test TIMEOUT\n").verdict == Verdict::temperror);
    CHECK(check(record("exists:b.test -all") + "b.test TIMEOUT\n").verdict == Verdict::temperror);
    CHECK(check(record("redirect=b.test") + "b.test TIMEOUT\n").verdict == Verdict::temperror);
    // Of no avail, but no reason to doubt either.
    CHECK(check(record("ptr -all") + "1.2.0.192.in-addr.arpa TIMEOUT\n").verdict == Verdict::fail);
    CHECK(check(record("-all exp=b.test") + "b.test TIMEOUT\n").explanation == "");
    // What matched before is not asked any more.
    CHECK(check(record("ip4:192.0.2.1 a:b.test") + "b.test TIMEOUT\n").verdict == Verdict::pass);
    CHECK(verdict("include:b.test -all") == Verdict::permerror);
}

TEST_CASE("auth/spf: PTR names must lead back")
{
    const std::string names = "1.2.0.192.in-addr.arpa PTR liar.a.test\n"
                              "1.2.0.192.in-addr.arpa PTR mail.a.test\n"
                              "liar.a.test A 192.0.2.99\n";
    CHECK(check(record("ptr -all") + names + "mail.a.test A 192.0.2.1\n").verdict == Verdict::pass);
    CHECK(check(record("ptr -all") + names + "mail.a.test A 192.0.2.2\n").verdict == Verdict::fail);
    CHECK(check(record("ptr:il.a.test -all") + names + "mail.a.test A 192.0.2.1\n").verdict ==
          Verdict::fail);
    const std::string exists = record("exists:%{p}.ok.test -all");
    CHECK(check(exists + names + "mail.a.test A 192.0.2.1\nmail.a.test.ok.test A 127.0.0.1\n")
              .verdict == Verdict::pass);
    CHECK(check(exists + names + "unknown.ok.test A 127.0.0.1\n").verdict == Verdict::pass);
}

TEST_CASE("auth/spf: of many PTR names the first ten count")
{
    std::string zone = record("ptr -all") + "mail.a.test A 192.0.2.1\n";
    for (int name = 0; name < 10; ++name)
        zone += cat("1.2.0.192.in-addr.arpa PTR n", std::to_string(name), ".a.test\n");
    CHECK(check(zone + "n9.a.test A 192.0.2.1\n").verdict == Verdict::pass);
    zone += "1.2.0.192.in-addr.arpa PTR mail.a.test\n";
    CHECK(check(zone).verdict == Verdict::fail);
}

TEST_CASE("auth/spf: a tree of includes stays within the limits")
{
    std::string zone = record("include:a.test include:b.test include:c.test mx ptr a");
    for (const char* name : {"b.test", "c.test", "mail.example.org"})
        zone +=
            record("include:b.test include:c.test include:a.test a mx exists:%{i}.a.test", name);
    for (int host = 0; host < 10; ++host)
        zone += cat("a.test MX 1 h", std::to_string(host), ".test\n");
    dns::ZoneResolver resolver(zone);
    const Request request = request_of("192.0.2.1", "ann@a.test");
    prefetch(request, resolver);
    CHECK(check_helo(request, resolver).verdict == Verdict::permerror);
    const Result result = check_host(request, resolver);
    CHECK(result.verdict == Verdict::permerror);
    CHECK(result.reason == "more than 10 DNS lookups");
    CHECK(resolver.lookups().size() <= 60);
}

TEST_CASE("auth/spf: independent mechanisms cost one round trip")
{
    dns::ZoneResolver resolver(record("a:b.test mx include:c.test exists:%{i}.d.test -all") +
                               "b.test A 192.0.2.9\n"
                               "a.test MX 1 b.test\na.test MX 2 e.test\ne.test A 192.0.2.8\n" +
                               record("include:f.test ?all", "c.test") +
                               record("ip4:192.0.2.7", "f.test") +
                               record("include:c.test mx:a.test -all", "mail.example.org"));
    const Request request = request_of("192.0.2.1", "ann@a.test");
    prefetch(request, resolver);
    CHECK(check_helo(request, resolver).verdict == Verdict::fail);
    CHECK(check_host(request, resolver).verdict == Verdict::fail);
    // TXT; then all that the two records name; then hosts and what is included
    CHECK(resolver.round_trips() == 3);
}

TEST_CASE("auth/spf: nothing is asked that an address before it makes needless")
{
    dns::ZoneResolver resolver(record("ip4:192.0.2.0/24 a mx include:b.test -all"));
    const Request request = request_of("192.0.2.1", "ann@a.test");
    prefetch(request, resolver);
    CHECK(check_host(request, resolver).verdict == Verdict::pass);
    CHECK(resolver.lookups().size() == 2); // the records of sender and HELO
}

TEST_CASE("auth/spf: people are told what happened")
{
    const Result result =
        check(record("ip4:192.0.2.7 include:b.test ~all") + record("ip4:192.0.2.8 -all", "b.test"));
    CHECK(result.reason == "matched ~all of a.test");
    const std::vector<std::string> wanted = {
        "a.test: v=spf1 ip4:192.0.2.7 include:b.test ~all",
        "a.test: ip4:192.0.2.7: no match",
        "b.test: v=spf1 ip4:192.0.2.8 -all",
        "b.test: ip4:192.0.2.8: no match",
        "b.test: -all: match",
        "a.test: include:b.test: no match",
        "a.test: ~all: match",
    };
    CHECK(result.trace == wanted);
    CHECK(check(record("a/99")).reason == "record of a.test: bad prefix length: a/99");
    CHECK(check("").reason == "no SPF record at a.test");
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += "ip4:192.0.2.7 ";
    CHECK(check(record(many)).trace.size() == 100);
}

TEST_CASE("auth/spf: an explanation is one printable line")
{
    const auto explanation = [](const std::string& text) {
        return check(record("-all exp=x.test") + "x.test TXT \"" + text + "\"\n").explanation;
    };
    CHECK(explanation("see https://x.test/?s=%{S}&i=%{i}") ==
          "see https://x.test/?s=ann%40a.test&i=192.0.2.1");
    CHECK(explanation("two\\010lines") == "");
    CHECK(explanation("%{h}") == "mail.example.org");
    CHECK(explanation(std::string(600, 'x')) == "");
    CHECK(check(record("-all exp=x.test") + "x.test TXT \"%{l}\"\n", "a\x01\xff@a.test")
              .explanation == "a\\x01\\xff");
}
