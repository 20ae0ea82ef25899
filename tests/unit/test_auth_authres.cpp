#include "auth/authres.hpp"

#include "base/text.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::authres;

namespace
{

/// All that was understood, in one line.
std::string read(std::string_view value)
{
    const auto results = parse(value);
    if (!results) return "?";
    std::string text = results->authserv_id;
    for (const Method& method : results->methods) {
        text.append(cat("; ", method.method, "=", method.result));
        if (!method.comment.empty()) text.append(cat(" (", method.comment, ")"));
        if (!method.reason.empty()) text.append(cat(" reason=", method.reason));
        for (const Property& property : method.properties)
            text.append(cat(" ", property.type, ".", property.property, "=", property.value));
    }
    return text;
}

constexpr std::string_view ours = "mx.example.org";

bool is_removed(std::string_view value)
{
    return claims(value, ours);
}

} // namespace

TEST_CASE("auth/authres: the examples of the standard")
{
    CHECK(read(" example.org 1; none") == "example.org");
    CHECK(read(" example.com;\n          spf=pass smtp.mailfrom=example.net") ==
          "example.com; spf=pass smtp.mailfrom=example.net");
    CHECK(read("example.com;\n auth=pass (cram-md5) smtp.auth=sender@example.net;\n"
               " spf=pass smtp.mailfrom=example.net") ==
          "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; "
          "spf=pass smtp.mailfrom=example.net");
    CHECK(
        read("example.com;\n dkim=pass reason=\"good signature\"\n header.i=@mail-router.x.test;\n"
             " dkim=fail reason=\"bad signature\"\n header.i=@newyork.example.com") ==
        "example.com; dkim=pass reason=good signature header.i=@mail-router.x.test; "
        "dkim=fail reason=bad signature header.i=@newyork.example.com");
    CHECK(read("foo.example.net (foobar) 1 (baz);\n dkim (Because I like it) / 1 (One yay) = (wait "
               "for it) fail\n policy (A dot can go here) . (like that) expired\n (this surprised "
               "me) = (as I wasn't expecting it) 1362471462") ==
          "foo.example.net; dkim=fail policy.expired=1362471462");
}

TEST_CASE("auth/authres: what others write")
{
    CHECK(
        read("mx.google.test;\n       dkim=pass header.i=@x.test header.s=k1 header.b=\"a/b+=\";\n"
             "       spf=pass (google.test: domain of a@x.test designates 192.0.2.1 as permitted "
             "sender) smtp.mailfrom=a@x.test;\n       dmarc=pass (p=REJECT sp=NONE dis=NONE) "
             "header.from=x.test") ==
        "mx.google.test; dkim=pass header.i=@x.test header.s=k1 header.b=a/b+=; spf=pass "
        "(google.test: domain of a@x.test designates 192.0.2.1 as permitted sender) "
        "smtp.mailfrom=a@x.test; dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from=x.test");
    CHECK(read("x.test; SPF=Pass SMTP.MailFrom=A@X.test") ==
          "x.test; spf=pass smtp.mailfrom=A@X.test");
    CHECK(read("x.test; spf=pass;") == "x.test; spf=pass");
    CHECK(read("x.test; iprev=pass policy.iprev=2001:db8::1") ==
          "x.test; iprev=pass policy.iprev=2001:db8::1");
    CHECK(read("x.test; dkim=pass header.b=abc=") == "x.test; dkim=pass header.b=abc=");
    CHECK(read("\"a b\"; spf=none smtp.mailfrom=\"x y\"@z.test") ==
          "a b; spf=none smtp.mailfrom=x y@z.test");
}

TEST_CASE("auth/authres: what is not well-formed")
{
    for (const std::string_view value :
         {"", "x.test", "x.test;spf", "x.test; spf=", "; spf=pass", "x.test; spf=pass smtp",
          "x.test; spf=pass smtp.mailfrom", "x.test; spf=pass smtp.mailfrom=", "x.test (; spf=pass",
          "x.test; spf=pass (", "x.test; spf=pass )", "x.test y; spf=pass",
          "x.test; none; spf=pass", "x.test; spf=pass smtp.mailfrom=\"a", "x.test; spf==pass",
          "x.test; spf/=pass", "(", "x.test; spf=pass reason", "x.test; =pass"}) {
        CAPTURE(value);
        CHECK(read(value) == "?");
    }
}

TEST_CASE("auth/authres: one well-formed field, whatever it is to hold")
{
    Results results{std::string(ours), {}};
    CHECK(write(results) == "mx.example.org; none");
    results.methods.push_back({"spf", "pass", "", "", {{"smtp", "mailfrom", "ann@example.net"}}});
    results.methods.push_back({"dkim",
                               "fail",
                               "2048-bit key",
                               "body hash did not verify",
                               {{"header", "d", "example.net"}, {"header", "b", "ab/c="}}});
    CHECK(write(results) == "mx.example.org;\n spf=pass smtp.mailfrom=ann@example.net;\n"
                            " dkim=fail (2048-bit key) reason=\"body hash did not verify\"\n"
                            "  header.d=example.net header.b=\"ab/c=\"");
    CHECK(read(write(results)) ==
          "mx.example.org; spf=pass smtp.mailfrom=ann@example.net; dkim=fail (2048-bit key) "
          "reason=body hash did not verify header.d=example.net header.b=ab/c=");

    Results address{"x.test",
                    {{"spf",
                      "pass",
                      "",
                      "",
                      {{"smtp", "mailfrom", "SRS0+a=b=c.test=d@e.test"},
                       {"smtp", "mailfrom", "\"a b\"@e.test"},
                       {"header", "i", "@e.test"}}}}};
    CHECK(write(address) == "x.test;\n spf=pass smtp.mailfrom=SRS0+a=b=c.test=d@e.test\n"
                            "  smtp.mailfrom=\"\\\"a b\\\"@e.test\" header.i=@e.test");
    CHECK(read(write(address)) == "x.test; spf=pass smtp.mailfrom=SRS0+a=b=c.test=d@e.test "
                                  "smtp.mailfrom=\"a b\"@e.test header.i=@e.test");

    for (const std::string evil :
         {"x\r\nBcc: y", "; dmarc=pass", ") dmarc=pass (", "\"; dmarc=pass header.from=x", "a\\",
          "\\\"", "(((", "x y", "=?utf-8?q?x?=", "\xff\xfe", "a@b@c", "@", "a@", "[1.2.3.4]"}) {
        CAPTURE(evil);
        Results hostile{evil, {{evil, evil, evil, evil, {{evil, evil, evil}}}}};
        const std::string text = write(hostile);
        CHECK_NOTHROW(make_field(field_name, text, "\n"));
        const auto again = parse(text);
        REQUIRE(again);
        REQUIRE(again->methods.size() == 1);
        CHECK(again->methods[0].properties.size() == 1);
        CHECK(again->methods[0].reason.size() == evil.size());
    }
    // Lines that no server may break.
    Results endless{"x.test",
                    {{"spf", "fail", std::string(5000, '('), std::string(5000, '"'), {}}}};
    for (const std::string_view line : split(write(endless), '\n'))
        CHECK(line.size() < 900);
}

TEST_CASE("auth/authres: which fields claim to be ours")
{
    for (const std::string_view value : {"mx.example.org; spf=pass",
                                         " MX.Example.ORG; dmarc=pass",
                                         "mx.example.org 1; none",
                                         "(x) mx.example.org; spf=pass",
                                         "\"mx.example.org\"; spf=pass",
                                         "mx.example.org",
                                         "mx.example.org;",
                                         "mx.example.org nonsense",
                                         "\n mx.example.org\n ; spf=pass",
                                         "mx.example.org.; spf=pass",
                                         "mx.example.org/1; spf=pass",
                                         "mx.(x)example.org; spf=pass",
                                         "mx. example .org; spf=pass",
                                         "\"mx.exam\\ple.org\"; spf=pass",
                                         "mx.example.org1; none",
                                         "=?utf-8?q?mx.example.org?=; spf=pass",
                                         "<mx.example.org>; spf=pass",
                                         "(; mx.example.org; spf=pass",
                                         "",
                                         "   ",
                                         ";",
                                         "(mx.example.org",
                                         "; spf=pass",
                                         "(;) mx.example.org; spf=pass",
                                         "other.test mx.example.org; spf=pass"}) {
        CAPTURE(value);
        CHECK(is_removed(value));
    }
    for (const std::string_view value :
         {"mx.example.com; spf=pass", "example.org; spf=pass", "a.mx.example.org; spf=pass",
          "mx.example.org.evil.test; spf=pass", "mymx.example.org; spf=pass", "x; mx.example.org",
          "other.test; spf=pass smtp.helo=mx.example.org", "mx-example.org; none"}) {
        CAPTURE(value);
        CHECK_FALSE(is_removed(value));
    }
    CHECK(claimed_id(" MX.Example.ORG 1; spf=pass") == "mx.example.org");
    CHECK(claimed_id("(x) \"a b\"; !") == "a b");
    CHECK(claimed_id("") == "");
}

TEST_CASE("auth/authres: forged results are removed, the rest is not touched")
{
    const std::string header = "Received: x\nAuthentication-Results: other.test; spf=pass\n"
                               "authentication-results : mx.example.org;\n\tdmarc=pass\n"
                               "X-Authentication-Results: mx.example.org; spf=pass\r\n"
                               "Authentication-Results:\n"
                               "From: a@x.test\n";
    CHECK(authres::remove(header, ours) ==
          "Received: x\nAuthentication-Results: other.test; spf=pass\n"
          "X-Authentication-Results: mx.example.org; spf=pass\r\n"
          "From: a@x.test\n");
}

TEST_CASE("auth/authres: the topmost results of ours")
{
    const std::string header = "Authentication-Results: other.test; dmarc=pass\n"
                               "Authentication-Results: MX.example.org;\n"
                               " dmarc=fail (p=quarantine) header.from=x.test\n"
                               "  policy.dmarc=quarantine\n"
                               "Authentication-Results: mx.example.org; dmarc=pass\n";
    const auto results = find(header, ours);
    REQUIRE(results);
    REQUIRE(results->methods.size() == 1);
    CHECK(results->methods[0].property("policy", "dmarc") == "quarantine");
    CHECK(results->methods[0].property("Header", "From") == "x.test");
    CHECK(results->methods[0].property("policy", "x") == "");
    CHECK_FALSE(find("Subject: x\n", ours));
    CHECK_FALSE(find(header, "third.test"));
}

TEST_CASE("auth/authres: which messages are for the Junk folder")
{
    const auto is_junk = [](std::string_view value) {
        return is_quarantined(cat("Authentication-Results: ", value, "\n"), ours);
    };
    CHECK(
        is_junk("mx.example.org; spf=fail; dmarc=fail header.from=x.test policy.dmarc=quarantine"));
    CHECK(is_junk("MX.example.org; dmarc=fail Policy.DMARC=Quarantine"));
    CHECK_FALSE(is_junk("mx.example.org; dmarc=fail (p=quarantine) header.from=x.test"));
    CHECK_FALSE(is_junk("mx.example.org; dmarc=fail policy.dmarc=none"));
    CHECK_FALSE(is_junk("mx.example.org; spf=fail policy.dmarc=quarantine; dmarc=pass"));
    CHECK_FALSE(is_junk("other.test; dmarc=fail policy.dmarc=quarantine"));
    CHECK_FALSE(is_junk("mx.example.org; dmarc=fail reason=\"policy.dmarc=quarantine\""));
}

TEST_CASE("auth/authres: hostile fields cost no more than their length")
{
    for (const std::string piece : {"(", "\"", "\"\\", "x.test;", "a=b ", "mx.", "()", ";", "1"}) {
        std::string value;
        while (value.size() < 1 << 20)
            value.append(piece);
        parse(value);
        parse("x.test; spf=pass " + value);
        claims(value, "mx.mx.mx.mx");
    }
}
