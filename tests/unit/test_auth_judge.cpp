// Whole messages, signed here and judged with the records of a zone.
#include "auth/arc.hpp"
#include "auth/dkim_record.hpp"
#include "auth/dkim_sign.hpp"
#include "auth/judge.hpp"
#include "auth/story.hpp"
#include "auth/verdict.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mn;
using auth::Action;
using auth::Judgement;

namespace
{

constexpr std::int64_t now = 1'800'000'000;

const crypto::PrivateKey& key()
{
    static const auto made = crypto::PrivateKey::generate(crypto::Algorithm::ed25519);
    return made;
}

std::string key_line(const std::string& domain)
{
    return cat("sel._domainkey.", domain, " TXT \"", dkim::key_record(key()), "\"\n");
}

/// Domains of every kind. Nobody but 192.0.2.1 may send for those with SPF.
std::string zone()
{
    return key_line("strict.test") + key_line("mild.test") + key_line("list.test") +
           key_line("evil.test") + key_line("mail.strict.test") +
           "strict.test TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
           "mild.test TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
           "evil.test TXT \"v=spf1 ip4:192.0.2.66 -all\"\n"
           "mail.example.org TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
           "_dmarc.strict.test TXT \"v=DMARC1; p=reject\"\n"
           "_dmarc.mild.test TXT \"v=DMARC1; p=quarantine\"\n"
           "_dmarc.none.test TXT \"v=DMARC1; p=none\"\n"
           "_dmarc.slow.test TIMEOUT\n"
           "slow.test TIMEOUT TXT\n"
           "out._domainkey.strict.test TIMEOUT\n"
           "out._domainkey.evil.test TIMEOUT\n";
}

struct Case {
    std::string header = "From: ann@strict.test\nSubject: x\n";
    std::string body = "Hello\n";
    std::string client = "192.0.2.66";
    std::string helo = "mail.example.org";
    std::string sender = "bob@evil.test";
    auth::Settings settings = {
        .authserv_id = "mx.test", .obeys_policy = true, .trusted_sealers = {"list.test"}};
    std::string zone_text = zone();
};

struct Judged : Judgement {
    unsigned round_trips = 0;
    std::size_t lookups = 0;
    std::string story;
    std::string field;
    std::string value; ///< of it, on one line
};

Judged judge(const Case& what)
{
    dns::ZoneResolver resolver(what.zone_text);
    const auth::Envelope envelope{IpAddress::parse(what.client), what.helo, what.sender};
    auth::Judge judge(what.header, envelope, what.settings, resolver, now);
    judge.body(what.body);
    Judged result{judge.finish(), 0, 0, {}, {}, {}};
    result.round_trips = resolver.round_trips();
    result.lookups = resolver.lookups().size();
    result.story = auth::story(result, envelope, resolver.lookups());
    result.field = authres::write(result.results);
    for (const std::string_view word : split_words(result.field))
        result.value.append(result.value.empty() ? "" : " ").append(word);
    CHECK(!auth::story_json(result, envelope, resolver.lookups()).empty());
    return result;
}

void sign(Case& what, const std::string& domain, const std::string& selector = "sel")
{
    dkim::Signer signer(what.header, {{.key = &key(), .domain = domain, .selector = selector}},
                        now);
    signer.body(what.body);
    what.header = signer.finish("\n") + what.header;
}

/// Forward it as list.test and others do: seal, then change the subject.
void seal(Case& what, const std::string& domain, const std::string& results)
{
    dns::ZoneResolver resolver(what.zone_text);
    arc::Verifier verifier(what.header, now);
    verifier.body(what.body);
    const arc::Result chain = verifier.finish(resolver);
    arc::Sealer sealer(what.header, chain, {.key = &key(), .domain = domain, .selector = "sel"},
                       now);
    sealer.body(what.body);
    what.header = sealer.finish(cat("mx.", domain, "; ", results), "\n") + what.header;
}

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("auth/judge: SPF, two signatures and DMARC in at most three round trips")
{
    Case what;
    what.client = "192.0.2.1";
    what.sender = "ann@strict.test";
    sign(what, "strict.test");
    sign(what, "mild.test");
    const Judged result = judge(what);
    CHECK(result.action == Action::accept);
    CHECK(result.round_trips == 1);
    CHECK(contains(result.value, "spf=pass"));
    CHECK(contains(result.value, "dmarc=pass (p=reject) header.from=strict.test"));
    CHECK(result.results.methods.size() == 5);

    // Indirect all round: hosts of an MX in an include, an organization above all names.
    what = {};
    what.header = "From: ann@news.strict.test\n";
    what.client = "192.0.2.1";
    what.sender = "ann@bounce.strict.test";
    what.zone_text += "bounce.strict.test TXT \"v=spf1 include:spf.test -all\"\n"
                      "spf.test TXT \"v=spf1 mx -all\"\nspf.test MX 1 a.spf.test\n"
                      "mail.example.org MX 1 a.spf.test\n"
                      "a.spf.test A 192.0.2.1\n";
    sign(what, "mail.strict.test");
    sign(what, "list.test");
    const Judged indirect = judge(what);
    CHECK(indirect.action == Action::accept);
    CHECK(indirect.round_trips == 4); // the include and the MX each name what is asked next
    what.zone_text += "direct.strict.test TXT \"v=spf1 a:a.spf.test -all\"\n";
    what.sender = "ann@direct.strict.test";
    CHECK(judge(what).round_trips == 2);
}

TEST_CASE("auth/judge: what the policy of the author's domain says is done, if asked")
{
    Case what;
    Judged result = judge(what);
    CHECK(result.action == Action::reject);
    CHECK(result.text.starts_with("5.7.1 the DMARC policy of strict.test does not allow"));
    CHECK(contains(result.story, "Verdict: reject"));
    what.settings.obeys_policy = false;
    result = judge(what);
    CHECK(result.action == Action::accept);
    CHECK(contains(result.value, "dmarc=fail (p=reject)"));
    CHECK(!contains(result.value, "policy.dmarc"));
    CHECK(contains(result.reason, "--policy"));

    what = {};
    what.header = "From: ann@mild.test\n";
    result = judge(what);
    CHECK(result.action == Action::quarantine);
    CHECK(result.results.methods.back().property("policy", "dmarc") == "quarantine");
    CHECK(result.results.methods.back().property("header", "from") == "mild.test");
    CHECK(result.text == "");
    what.settings.obeys_policy = false;
    CHECK(judge(what).results.methods.back().property("policy", "dmarc") == "");

    what = {};
    what.header = "From: ann@none.test\n";
    CHECK(judge(what).action == Action::accept);
    what.header = "From: ann@unknown.test\n";
    CHECK(judge(what).action == Action::accept);
}

TEST_CASE("auth/judge: a signature proves as much as SPF does")
{
    Case what;
    sign(what, "strict.test");
    CHECK(judge(what).action == Action::accept);
    what.body = "Hello!\n";
    const Judged changed = judge(what);
    CHECK(changed.action == Action::reject);
    CHECK(changed.signatures.at(0).verdict == dkim::Verdict::fail);
    what = {};
    sign(what, "mail.strict.test"); // relaxed alignment
    CHECK(judge(what).action == Action::accept);
    what = {};
    sign(what, "evil.test");
    CHECK(judge(what).action == Action::reject);
}

TEST_CASE("auth/judge: SPF fail alone only marks, unless asked")
{
    Case what;
    what.header = "From: ann@unknown.test\n";
    what.sender = "ann@mild.test";
    Judged result = judge(what);
    CHECK(result.action == Action::accept);
    CHECK(
        contains(result.value, "spf=fail (matched -all of mild.test) smtp.mailfrom=ann@mild.test"));
    what.settings.rejects_spf_fail = true;
    result = judge(what);
    CHECK(result.action == Action::reject);
    CHECK(result.text == "5.7.23 mild.test does not allow 192.0.2.66 to send its mail (SPF)");
    what.sender = "ann@evil.test";
    CHECK(judge(what).action == Action::accept);
    what.sender = "ann@told.test";
    what.zone_text += "told.test TXT \"v=spf1 -all exp=x.told.test\"\n"
                      "x.told.test TXT \"no %{i}\"\n";
    CHECK(judge(what).text == "5.7.23 told.test does not allow 192.0.2.66 to send its mail (SPF); "
                              "told.test explains: no 192.0.2.66");
}

TEST_CASE("auth/judge: temporary trouble rejects nothing, and defers when asked")
{
    Case what;
    what.header = "From: ann@slow.test\n";
    Judged result = judge(what);
    CHECK(result.action == Action::accept);
    CHECK(contains(result.value, "dmarc=temperror"));
    what.settings.defers_temperror = true;
    result = judge(what);
    CHECK(result.action == Action::defer);
    CHECK(result.text == "4.7.0 DNS trouble while looking up slow.test, please try again");

    // The key that could have made it a pass is not to be had.
    what = {};
    sign(what, "strict.test", "out");
    result = judge(what);
    CHECK(result.signatures.at(0).verdict == dkim::Verdict::temperror);
    CHECK(result.action == Action::accept);
    what.settings.defers_temperror = true;
    CHECK(judge(what).action == Action::defer);

    // SPF could not be looked up, and nothing else vouches.
    what = {};
    what.header = "From: ann@unknown.test\n";
    what.sender = "ann@slow.test";
    what.settings.rejects_spf_fail = true;
    CHECK(judge(what).action == Action::accept);
    what.settings.defers_temperror = true;
    CHECK(judge(what).action == Action::defer);
    what.header = "From: ann@strict.test\n";
    sign(what, "strict.test");
    CHECK(judge(what).action == Action::accept);
}

TEST_CASE("auth/judge: trouble that the sender arranges helps nobody round a policy")
{
    Case what;
    sign(what, "evil.test", "out");
    const Judged result = judge(what);
    CHECK(result.signatures.at(0).verdict == dkim::Verdict::temperror);
    CHECK(result.action == Action::reject);
    what.settings.defers_temperror = true;
    CHECK(judge(what).action == Action::reject);
    what = {};
    what.sender = "ann@slow.test";
    CHECK(judge(what).action == Action::reject);
}

TEST_CASE("auth/judge: the null sender")
{
    Case what;
    what.header = "From: mailer-daemon@mail.example.org\n";
    what.sender = "";
    what.client = "192.0.2.1";
    const Judged result = judge(what);
    CHECK(result.action == Action::accept);
    CHECK(contains(result.value, "spf=pass (matched ip4:192.0.2.1 of mail.example.org) "
                                 "smtp.helo=mail.example.org"));
    CHECK(!contains(result.value, "smtp.mailfrom"));
    what.header = "From: mailer-daemon@example.org\n";
    what.zone_text += "_dmarc.example.org TXT \"v=DMARC1; p=reject\"\n";
    CHECK(judge(what).action == Action::accept); // the HELO name is aligned
    what.client = "192.0.2.2";
    CHECK(judge(what).action == Action::reject);
}

TEST_CASE("auth/judge: no client, no HELO")
{
    Case what;
    what.client = "";
    Judged result = judge(what);
    CHECK(!result.helo);
    CHECK(!result.mail_from);
    CHECK(!contains(result.value, "spf="));
    what.client = "192.0.2.1";
    what.helo = "";
    result = judge(what);
    CHECK(!result.helo);
    CHECK(result.mail_from);
    what.sender = "";
    CHECK(!judge(what).mail_from);
}

TEST_CASE("auth/judge: several authors, the strictest applies")
{
    Case what;
    for (const char* header :
         {"From: a@none.test, ann@strict.test\n", "From: a@none.test\nFrom: ann@strict.test\n",
          "From: ann@strict.test, b@mild.test\n", "From: b@mild.test, ann@strict.test\n"}) {
        what.header = header;
        CHECK_MESSAGE(judge(what).action == Action::reject, header);
    }
    what.header = "From: b@mild.test, c@none.test\n";
    CHECK(judge(what).action == Action::quarantine);
    // Proof for one is none for the other.
    what.header = "From: b@mild.test, ann@strict.test\n";
    what.client = "192.0.2.1";
    what.sender = "b@mild.test";
    const Judged result = judge(what);
    CHECK(result.action == Action::reject);
    CHECK(contains(result.value, "dmarc=pass (p=quarantine) header.from=mild.test"));
    std::string many = "From: ann@strict.test";
    for (int i = 0; i < 1000; ++i)
        many = cat("From: a@d", std::to_string(i), ".test", many.substr(4, 0), ",", many.substr(5));
    what.header = many + "\n";
    const Judged crowded = judge(what);
    CHECK(crowded.action == Action::reject);
    CHECK(crowded.text == "5.7.1 the From field names too many domains");
    CHECK(crowded.lookups < 100);
}

TEST_CASE("auth/judge: no author")
{
    Case what;
    for (const char* header : {"Subject: x\n", "From: \n", "From: nobody\n", ""}) {
        what.header = header;
        const Judged result = judge(what);
        CHECK_MESSAGE(result.action == Action::accept, header);
        CHECK_MESSAGE(contains(result.value, "dmarc=permerror"), header);
    }
}

TEST_CASE("auth/judge: a forwarder that is trusted may say that it was a pass")
{
    Case what;
    what.sender = "list@list.test";
    seal(what, "list.test", "dmarc=pass header.from=strict.test");
    const Judged result = judge(what);
    CHECK(result.chain.verdict == arc::Verdict::pass);
    CHECK(result.action == Action::accept);
    CHECK(contains(result.value, "arc=pass (i=1 by list.test)"));
    CHECK(contains(result.value, "overridden: ARC sealed by list.test"));
    CHECK(!contains(result.value, "policy.dmarc"));

    Case stranger = what;
    stranger.settings.trusted_sealers = {"other.test"};
    CHECK(judge(stranger).action == Action::reject);

    // Where there is nothing to override, nothing is said.
    Case good = what;
    good.client = "192.0.2.1";
    good.sender = "ann@strict.test";
    CHECK(contains(judge(good).value, "dmarc=pass (p=reject) header.from=strict.test"));

    Case other_author = {};
    other_author.header = "From: a@mild.test\n";
    seal(other_author, "list.test", "dmarc=pass header.from=strict.test");
    CHECK(judge(other_author).action == Action::quarantine);

    Case broken = what;
    broken.body += "more\n";
    CHECK(judge(broken).action == Action::reject);
}

TEST_CASE("auth/verdict: whose word counts in a chain")
{
    arc::Result chain;
    chain.verdict = arc::Verdict::pass;
    const std::string pass = "mx; dmarc=pass header.from=a.test";
    const std::string fail = "mx; dmarc=fail header.from=a.test";
    const auto sealer = [&](std::vector<std::string> sealers, std::vector<std::string> results) {
        chain.sealers = std::move(sealers);
        chain.results = std::move(results);
        return auth::sealer_that_saw_pass(chain, "a.test", {"good.test", "fine.test"});
    };
    CHECK(sealer({"good.test"}, {pass}) == "good.test");
    CHECK(sealer({"Good.TEST"}, {pass}) == "good.test");
    CHECK(sealer({"good.test"}, {fail}) == "");
    CHECK(sealer({"evil.test"}, {pass}) == "");
    CHECK(sealer({"fine.test", "good.test"}, {pass, fail}) == "fine.test");
    CHECK(sealer({"evil.test", "good.test"}, {pass, fail}) == "");
    CHECK(sealer({"good.test", "evil.test"}, {pass, pass}) == "");
    CHECK(sealer({"good.test"}, {"nonsense;;"}) == "");
    CHECK(sealer({"good.test"}, {"mx; dmarc=pass header.from=b.test"}) == "");
    CHECK(sealer({"good.test"}, {}) == "");
    chain.verdict = arc::Verdict::fail;
    CHECK(sealer({"good.test"}, {pass}) == "");
}

TEST_CASE("auth/judge: very many signatures, and a header of a megabyte")
{
    Case what;
    sign(what, "strict.test");
    const std::string signature = what.header.substr(0, what.header.find("From:"));
    for (int i = 0; i < 500; ++i)
        what.header = cat("DKIM-Signature: v=1; a=rsa-sha256; d=d", std::to_string(i),
                          ".test; s=s; h=from; bh=AAAA; b=AAAA\n", what.header);
    const Judged result = judge(what);
    CHECK(result.signatures.size() == dkim::max_signatures);
    CHECK(result.lookups < 100);
    CHECK(result.action == Action::reject); // the good one is beyond those looked at

    what = {};
    for (int i = 0; i < 10000; ++i)
        what.header += cat("X-", std::to_string(i), ": ", std::string(90, 'x'), "\n");
    sign(what, "strict.test");
    CHECK(judge(what).action == Action::accept);
}

TEST_CASE("auth/judge: what strangers write stays one well-formed field")
{
    Case what;
    what.helo = "a b\"; dmarc=pass";
    what.client = "192.0.2.3";
    what.sender = "x; dkim=pass (\r\nEvil: y\"@evil.test";
    what.header = "From: \"; dmarc=pass header.from=strict.test\"@strict.test\n";
    what.settings.obeys_policy = false;
    const Judged result = judge(what);
    const auto parsed = authres::parse(result.field);
    REQUIRE(parsed);
    CHECK(parsed->authserv_id == "mx.test");
    for (const auto& method : parsed->methods)
        CHECK(method.result != "pass");
    CHECK_NOTHROW(make_field(authres::field_name, result.field, "\n"));
    for (const std::string_view line : split(result.story, '\n'))
        CHECK(std::none_of(line.begin(), line.end(), is_control));
}
