#include "auth/dmarc.hpp"

#include "auth/dmarc_record.hpp"
#include "auth/dmarc_walk.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mn;
using namespace mn::dmarc;

namespace
{

/// "np": what a record says, in a form to compare: "p sp np" and the flags that are not usual.
std::string read(std::string_view text)
{
    const auto record = parse_record(text);
    if (!record) return "ignored";
    if (record->is_unusable) return "unusable";
    std::string said = cat(policy_name(record->policy), " ", policy_name(record->subdomains), " ",
                           policy_name(record->missing_subdomains));
    if (record->wants_strict_dkim) said.append(" adkim");
    if (record->wants_strict_spf) said.append(" aspf");
    if (record->is_testing) said.append(" t");
    if (record->public_suffix == PublicSuffix::yes) said.append(" psd");
    if (record->public_suffix == PublicSuffix::no) said.append(" org");
    return said;
}

struct Case {
    std::string_view what;
    std::string zone;
    Request request;
    std::string expected; ///< "fail reject example.org": verdict, policy, where the record stands
};

std::string judged(const Request& request, dns::Resolver& resolver)
{
    const Result result = evaluate(request, resolver);
    std::string text(verdict_name(result.verdict));
    if (!result.record_domain.empty())
        text.append(cat(" ", policy_name(result.policy), " ", result.record_domain));
    return text;
}

std::string judged(const std::string& zone, const Request& request)
{
    dns::ZoneResolver resolver(zone);
    return judged(request, resolver);
}

std::string record(std::string_view domain, std::string_view text)
{
    return cat("_dmarc.", domain, " TXT \"", text, "\"\n");
}

std::string organization(const std::string& zone, std::string_view domain)
{
    dns::ZoneResolver resolver(zone);
    std::vector<std::string> trace;
    return walk_up(domain, resolver, trace).organizational_domain();
}

} // namespace

TEST_CASE("auth/dmarc_record: what a record says")
{
    CHECK(read("v=DMARC1; p=reject") == "reject reject reject");
    CHECK(read("v=DMARC1;p=none") == "none none none");
    CHECK(read("v=DMARC1; p=quarantine; sp=none; np=reject") == "quarantine none reject");
    CHECK(read("v=DMARC1; p=reject; np=none") == "reject reject none");
    CHECK(read("v=DMARC1; p=reject; sp=quarantine") == "reject quarantine quarantine");
    CHECK(read("v=DMARC1; p=reject; adkim=s; aspf=s; t=y; psd=y") ==
          "reject reject reject adkim aspf t psd");
    CHECK(read("v=DMARC1; p=reject; adkim=r; aspf=r; t=n; psd=n") == "reject reject reject org");
    CHECK(read("v=DMARC1; p=reject; psd=u") == "reject reject reject");
    CHECK(read("v = DMARC1 ;p = Reject;  ADKIM = S ;") == "reject reject reject adkim");
    CHECK(read("V=DMARC1; P=REJECT") == "reject reject reject");
}

TEST_CASE("auth/dmarc_record: what is no record")
{
    for (const std::string_view text :
         {"", "v=DMARC1x; p=reject", "v=dmarc1; p=reject", "v=DMARC2; p=reject",
          "p=reject; v=DMARC1", " v=DMARC1; p=reject", "DMARC1; p=reject", "v=spf1 -all",
          "vv=DMARC1; p=reject", ";"}) {
        CAPTURE(text);
        CHECK(read(text) == "ignored");
    }
}

TEST_CASE("auth/dmarc_record: what is wrong counts as not there")
{
    CHECK(read("v=DMARC1; p=reject; adkim=strict; aspf=; t=yes; psd=maybe") ==
          "reject reject reject");
    CHECK(read("v=DMARC1; p=reject; pct=0; rf=afrf; ri=1; x; =; y=;;; fo=1:d:s") ==
          "reject reject reject");
    CHECK(read("v=DMARC1; p=reject; p=none") == "reject reject reject");
    CHECK(read("v=DMARC1; p=reject; \xff\x01=\x02") == "reject reject reject");
}

TEST_CASE("auth/dmarc_record: without a good policy it is one of p=none, if anybody wants reports")
{
    for (const std::string policy :
         {"", "p=", "p=maybe", "p=reject; sp=x", "p=reject; np=", "sp=none"}) {
        CAPTURE(policy);
        CHECK(read(cat("v=DMARC1; ", policy)) == "unusable");
        CHECK(read(cat("v=DMARC1; ", policy, "; rua=mailto:a@b.test")) == "none none none");
    }
    CHECK(read("v=DMARC1") == "unusable");
    for (const std::string rua :
         {"x, mailto:a@b.test!10m", "https://b.test/r", "MAILTO:a@b.test ,"})
        CHECK(read(cat("v=DMARC1; rua=", rua)) == "none none none");
    for (const std::string rua :
         {"", "a@b.test", "mailto:", "mailto:@", ":x", "mailto:a b@c", "1x:y"})
        CHECK(read(cat("v=DMARC1; rua=", rua)) == "unusable");
}

TEST_CASE("auth/dmarc_walk: which names are asked")
{
    const auto asked = [](std::string_view domain) {
        std::string names;
        for (const std::string& target : walk_targets(domain))
            names.append(names.empty() ? "" : " ").append(target);
        return names;
    };
    CHECK(asked("a.mail.example.com") == "a.mail.example.com mail.example.com example.com com");
    CHECK(asked("com") == "com");
    CHECK(asked("a.b.c.d.e.f.g") == "a.b.c.d.e.f.g b.c.d.e.f.g c.d.e.f.g d.e.f.g e.f.g f.g g");
    CHECK(asked("a.b.c.d.e.f.g.h") ==
          "a.b.c.d.e.f.g.h b.c.d.e.f.g.h c.d.e.f.g.h d.e.f.g.h e.f.g.h f.g.h g.h h");
    // The example of the standard: eight questions.
    CHECK(asked("a.b.c.d.e.f.g.h.i.j.mail.example.com") ==
          "a.b.c.d.e.f.g.h.i.j.mail.example.com g.h.i.j.mail.example.com h.i.j.mail.example.com "
          "i.j.mail.example.com j.mail.example.com mail.example.com example.com com");
    std::string deep;
    for (int i = 0; i < 120; ++i)
        deep.append("a.");
    CHECK(walk_targets(deep + "com").size() == 8);
}

TEST_CASE("auth/dmarc_walk: the organizational domain")
{
    const std::string p = "v=DMARC1; p=none", n = p + "; psd=n", y = p + "; psd=y";
    const std::string start = "a.mail.example.com";
    // The three examples of the standard.
    CHECK(organization(record("mail.example.com", p) + record("example.com", p), start) ==
          "example.com");
    CHECK(organization(record("mail.example.com", n) + record("example.com", p), start) ==
          "mail.example.com");
    CHECK(organization(record("com", y), start) == "example.com");

    CHECK(organization("", start) == start);
    CHECK(organization(record(start, p), start) == start);
    CHECK(organization(record(start, p) + record("com", p), start) == "com");
    CHECK(organization(record(start, n) + record("example.com", p), start) == start);
    CHECK(organization(record(start, y) + record("example.com", p), start) == start);
    CHECK(organization(record("example.com", y), "example.com") == "example.com");
    CHECK(organization(record("example.com", y), "mail.example.com") == "mail.example.com");
    CHECK(organization(record("mail.example.com", p) + record("com", y), start) == "example.com");
    CHECK(organization(record("example.com", y) + record("com", n), start) == "mail.example.com");
    // Several records at one name are none.
    CHECK(organization(record("example.com", p) + record("example.com", p) +
                           record("mail.example.com", p),
                       start) == "mail.example.com");
    CHECK(organization(record("example.com", p) + record("example.com", "v=spf1 -all"), start) ==
          "example.com");
    // Deeper than eight labels: what lies between is not asked.
    const std::string deep = "a.b.c.d.e.f.g.h.i.j.mail.example.com";
    CHECK(organization(record("i.j.mail.example.com", p), deep) == "i.j.mail.example.com");
    CHECK(organization(record("c.d.e.f.g.h.i.j.mail.example.com", n), deep) == deep);
    CHECK(organization(record("g.h.i.j.mail.example.com", y), deep) ==
          "f.g.h.i.j.mail.example.com");
}

TEST_CASE("auth/dmarc: verdicts")
{
    const std::string reject = "v=DMARC1; p=reject", org = record("example.com", reject);
    const std::string alive = "news.example.com A 192.0.2.1\nmail.example.com A 192.0.2.1\n";
    const std::string author = "news.example.com";
    const std::vector<Case> cases{
        {"no record", "", {author, "news.example.com", {}}, "none"},
        {"nothing passed", org, {"example.com", "", {}}, "fail reject example.com"},
        {"dkim, same domain", org, {"example.com", "", {"example.com"}}, "pass reject example.com"},
        {"spf, same domain", org, {"example.com", "example.com", {}}, "pass reject example.com"},
        {"case does not matter",
         org,
         {"Example.COM", "", {"EXAMPLE.com"}},
         "pass reject example.com"},
        {"relaxed: siblings",
         org + alive,
         {author, "foo.example.com", {}},
         "pass reject example.com"},
        {"relaxed: dkim parent",
         org + alive,
         {author, "", {"example.com"}},
         "pass reject example.com"},
        {"relaxed: dkim child",
         org,
         {"example.com", "", {"x.y.example.com"}},
         "pass reject example.com"},
        {"another organization",
         org,
         {"example.com", "foo.example.net", {"example.org"}},
         "fail reject example.com"},
        {"a name that only ends alike",
         org,
         {"example.com", "badexample.com", {"xexample.com"}},
         "fail reject example.com"},
        {"the top-level domain vouches for nobody",
         org,
         {"example.com", "com", {"com"}},
         "fail reject example.com"},
        {"one of several signatures",
         org,
         {"example.com", "", {"a.test", "b.test", "example.com"}},
         "pass reject example.com"},
        {"strict dkim",
         record("example.com", reject + "; adkim=s"),
         {"example.com", "", {"mail.example.com"}},
         "fail reject example.com"},
        {"strict dkim, identical",
         record("example.com", reject + "; adkim=s"),
         {"example.com", "", {"example.com"}},
         "pass reject example.com"},
        {"strict dkim says nothing of spf",
         record("example.com", reject + "; adkim=s"),
         {"example.com", "mail.example.com", {}},
         "pass reject example.com"},
        {"strict spf",
         record("example.com", reject + "; aspf=s"),
         {"example.com", "mail.example.com", {}},
         "fail reject example.com"},
        {"strict at the organization, parent signs",
         record("example.com", reject + "; adkim=s") + alive,
         {author, "", {"example.com"}},
         "fail reject example.com"},

        {"own record before the organization's",
         org + record(author, "v=DMARC1; p=none"),
         {author, "", {}},
         "fail none news.example.com"},
        {"own record, relaxed to the organization",
         org + record(author, "v=DMARC1; p=none"),
         {author, "", {"foo.example.com"}},
         "pass none news.example.com"},
        {"own record is its own organization",
         org + record(author, reject + "; psd=n"),
         {author, "", {"example.com", "foo.example.com"}},
         "fail reject news.example.com"},
        {"the other is its own organization",
         org + alive + record("foo.example.com", reject + "; psd=n"),
         {author, "foo.example.com", {}},
         "fail reject example.com"},
        {"sp= is not for the domain itself",
         record("example.com", reject + "; sp=none"),
         {"example.com", "", {}},
         "fail reject example.com"},
        {"sp=",
         record("example.com", reject + "; sp=none; np=reject") + alive,
         {author, "", {}},
         "fail none example.com"},
        {"np= for what does not exist",
         record("example.com", "v=DMARC1; p=none; np=reject") + alive,
         {"nonesuch.example.com", "", {}},
         "fail reject example.com"},
        {"np= is not for what exists without an address",
         record("example.com", "v=DMARC1; p=none; np=reject") + "only.example.com MX 0 x.test\n",
         {"only.example.com", "", {}},
         "fail none example.com"},
        {"np= is not for what has something below",
         record("example.com", "v=DMARC1; p=none; np=reject") + "a.news.example.com A 192.0.2.1\n",
         {author, "", {}},
         "fail none example.com"},
        {"no np=: sp= for what does not exist",
         record("example.com", reject + "; sp=quarantine"),
         {"nonesuch.example.com", "", {}},
         "fail quarantine example.com"},
        {"a record between is not the organization's",
         org + record("news.example.com", "v=DMARC1; p=none") + "a.news.example.com A 192.0.2.1\n",
         {"a.news.example.com", "", {}},
         "fail reject example.com"},

        {"public suffix: its policy",
         record("test", reject + "; psd=y") + "example.test A 192.0.2.1\n",
         {"example.test", "", {}},
         "fail reject test"},
        {"public suffix: siblings are strangers",
         record("test", reject + "; psd=y"),
         {"example.test", "other.test", {"test"}},
         "fail reject test"},
        {"public suffix: np=",
         record("test", "v=DMARC1; p=none; np=reject; psd=y"),
         {"example.test", "", {}},
         "fail reject test"},
        {"public suffix: within one organization",
         record("test", reject + "; psd=y"),
         {"a.example.test", "b.example.test", {}},
         "pass reject test"},
        {"public suffix: the organization's own record",
         record("test", reject + "; psd=y") + record("example.test", "v=DMARC1; p=none"),
         {"example.test", "", {}},
         "fail none example.test"},
        {"public suffix: a record between is not asked for",
         record("test", reject + "; psd=y") + record("b.example.test", "v=DMARC1; p=none") +
             "a.b.example.test A 192.0.2.1\n",
         {"a.b.example.test", "", {}},
         "fail reject test"},

        {"test mode: reject",
         record("example.com", reject + "; t=y"),
         {"example.com", "", {}},
         "fail quarantine example.com"},
        {"test mode: quarantine",
         record("example.com", "v=DMARC1; p=quarantine; t=y"),
         {"example.com", "", {}},
         "fail none example.com"},
        {"test mode: none",
         record("example.com", "v=DMARC1; p=none; t=y"),
         {"example.com", "", {}},
         "fail none example.com"},
        {"test mode: sp=",
         record("example.com", reject + "; sp=quarantine; t=y") + alive,
         {author, "", {}},
         "fail none example.com"},

        {"several records", org + org, {"example.com", "", {}}, "none"},
        {"several records, one above",
         org + org + record("com", "v=DMARC1; p=quarantine"),
         {"example.com", "", {}},
         "fail quarantine com"},
        {"no policy, but reports",
         record("example.com", "v=DMARC1; rua=mailto:a@example.com"),
         {"example.com", "", {}},
         "fail none example.com"},
        {"no policy, no reports",
         record("example.com", "v=DMARC1; adkim=s"),
         {"example.com", "", {}},
         "none none example.com"},
        {"a broken own record is not replaced",
         org + record(author, "v=DMARC1; p=x"),
         {author, "", {}},
         "none none news.example.com"},

        {"no domain", "", {"", "", {}}, "none"},
        {"a literal", "", {"[192.0.2.1]", "", {}}, "none"},
        {"not a name", "", {"a..b", "", {}}, "none"},
        {"other alphabets",
         record("xn--bcher-kva.example", reject),
         {"b\xc3\xbc"
          "cher.example",
          "",
          {"xn--bcher-kva.example"}},
         "pass reject xn--bcher-kva.example"},
    };
    for (const Case& test : cases) {
        CAPTURE(test.what);
        CHECK(judged(test.zone, test.request) == test.expected);
    }
}

TEST_CASE("auth/dmarc: no answer is no verdict, unless it would change nothing")
{
    const std::string reject = "v=DMARC1; p=reject", org = record("example.com", reject);
    const std::vector<Case> cases{
        {"own record", "_dmarc.example.com SERVFAIL\n", {"example.com", "", {}}, "temperror"},
        {"above, while there is one further up",
         "_dmarc.news.example.com TIMEOUT\n" + org,
         {"news.example.com", "", {}},
         "temperror"},
        {"above own record, nothing passed",
         org + "_dmarc.com TIMEOUT\n",
         {"example.com", "", {}},
         "fail reject example.com"},
        {"above own record, same domain passed",
         org + "_dmarc.com TIMEOUT\n",
         {"example.com", "", {"example.com"}},
         "pass reject example.com"},
        {"above own record, another passed",
         org + "_dmarc.com TIMEOUT\n",
         {"example.com", "", {"x.example.com"}},
         "temperror reject example.com"},
        {"above own record, strict",
         record("example.com", reject + "; adkim=s; aspf=s") + "_dmarc.com TIMEOUT\n",
         {"example.com", "x.example.com", {"y.example.com"}},
         "fail reject example.com"},
        {"the other's organization",
         org + "_dmarc.x.example.com SERVFAIL\n",
         {"example.com", "", {"x.example.com"}},
         "temperror reject example.com"},
        {"one of two is enough",
         org + "_dmarc.x.example.com SERVFAIL\n",
         {"example.com", "", {"x.example.com", "y.example.com"}},
         "pass reject example.com"},
        {"does it exist",
         record("example.com", "v=DMARC1; p=none; np=reject") + "news.example.com SERVFAIL A\n",
         {"news.example.com", "", {}},
         "temperror none example.com"},
        {"signature or SPF without an answer",
         org,
         {"example.com", "", {}, true},
         "temperror reject example.com"},
        {"the same, but another passed",
         org,
         {"example.com", "", {"example.com"}, true},
         "pass reject example.com"},
    };
    for (const Case& test : cases) {
        CAPTURE(test.what);
        CHECK(judged(test.zone, test.request) == test.expected);
    }
}

TEST_CASE("auth/dmarc: all questions at once, and never many")
{
    std::string deep = "example.com";
    for (int i = 0; i < 60; ++i)
        deep = cat(std::string(1, static_cast<char>('a' + i % 26)), ".", deep);
    dns::ZoneResolver resolver(record("example.com", "v=DMARC1; p=reject; np=none"));
    Request request{deep, "x." + deep, {}};
    for (int i = 0; i < 10; ++i)
        request.dkim_domains.push_back(cat("s", std::to_string(i), ".", deep));
    CHECK(judged(request, resolver) == "pass none example.com");
    CHECK(resolver.lookups().size() <= 1 + 8 * 12);
    CHECK(resolver.round_trips() <= 2);

    // Strangers cost nothing.
    dns::ZoneResolver other(record("example.com", "v=DMARC1; p=reject"));
    CHECK(judged({"example.com", "a.b.c.test", {"d.e.test", "f.test"}}, other) ==
          "fail reject example.com");
    CHECK(other.lookups().size() <= 3);
    CHECK(other.round_trips() == 1);
}

TEST_CASE("auth/dmarc: says what it did")
{
    dns::ZoneResolver resolver(record("example.com", "v=DMARC1; p=reject; t=y"));
    const Result result = evaluate({"mail.example.com", "", {"x.example.com"}}, resolver);
    CHECK(result.aligned_by == "dkim x.example.com");
    CHECK(result.organizational_domain == "example.com");
    CHECK(result.is_testing);
    CHECK(result.record == "v=DMARC1; p=reject; t=y");
    CHECK(result.reason.find("x.example.com") != std::string::npos);
    const auto has = [&](std::string_view text) {
        return std::any_of(result.trace.begin(), result.trace.end(), [&](const std::string& line) {
            return line.find(text) != std::string::npos;
        });
    };
    CHECK(has("_dmarc.mail.example.com: no such name"));
    CHECK(has("_dmarc.example.com: v=DMARC1; p=reject; t=y"));
    CHECK(has("organization example.com"));
    CHECK(std::count(result.trace.begin(), result.trace.end(), "_dmarc.com: no such name") == 1);
}
