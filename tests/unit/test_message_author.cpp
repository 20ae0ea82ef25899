#include "message/author.hpp"

#include "base/text.hpp"
#include "message/scanner.hpp"

#include <doctest/doctest.h>

using namespace mn;

namespace
{

/// "local@domain|local@domain", with "?" before it when the list is not well-formed.
std::string read(std::string_view value)
{
    const MailboxList list = parse_mailboxes(value);
    std::string text = list.is_well_formed ? "" : "?";
    for (const Mailbox& mailbox : list.mailboxes) {
        if (&mailbox != &list.mailboxes.front()) text.push_back('|');
        text.append(cat(mailbox.local, "@", mailbox.domain));
    }
    return text;
}

std::string kind_of(std::string_view header)
{
    const Author author = author_of(header);
    switch (author.kind) {
    case Author::Kind::one_domain:
        return author.domain;
    case Author::Kind::missing:
        return "missing";
    case Author::Kind::several:
        return "several";
    case Author::Kind::malformed:
        return "malformed";
    }
    return "";
}

std::string domains_of(std::string_view header)
{
    std::string text;
    for (const std::string& domain : author_of(header).domains)
        text.append(text.empty() ? "" : " ").append(domain);
    return text;
}

} // namespace

TEST_CASE("message/author: addresses as people write them")
{
    CHECK(read(" ann@example.org") == "ann@example.org");
    CHECK(read("Ann <Ann@Example.ORG>") == "Ann@example.org");
    CHECK(read("\"Ann (x), \\\"Bee\\\" <a@evil.test>\" <ann@example.org>") == "ann@example.org");
    CHECK(read("ann@example.org (Ann <ann@evil.test>)") == "ann@example.org");
    CHECK(read("Ann B. Cee <ann@example.org>,\n\tbob@example.net") ==
          "ann@example.org|bob@example.net");
    CHECK(read("\"ann bee\"@example.org") == "ann bee@example.org");
    CHECK(read("\"a@b\"@example.org") == "a@b@example.org");
    CHECK(read("ann+x=y@mail.example.org") == "ann+x=y@mail.example.org");
    CHECK(read("a@[192.0.2.1]") == "a@[192.0.2.1]");
    CHECK(read("a@[IPv6:2001:DB8::1]") == "a@[ipv6:2001:db8::1]");
    CHECK(read("=?utf-8?q?J=C3=B6?= <joe@x.test>") == "joe@x.test");
    CHECK(read("a@localhost") == "a@localhost");
    CHECK(read("a@my_host.test") == "a@my_host.test");
}

TEST_CASE("message/author: what the standards show as examples")
{
    CHECK(read("\"Joe Q. Public\" <john.q.public@example.com>") == "john.q.public@example.com");
    CHECK(read("Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>") ==
          "mary@x.test|jdoe@example.org|one@y.test");
    CHECK(read("<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>") ==
          "boss@nil.test|sysservices@example.net");
    CHECK(read("A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;") ==
          "c@a.test|joe@where.test|jdoe@one.test");
    CHECK(read("Undisclosed recipients:;") == "");
    CHECK(read("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>") ==
          "pete@silly.test");
    CHECK(read("A Group(Some people)\n     :Chris Jones <c@(Chris's host.)public.example>,\n"
               "         joe@example.org,\n  John <jdoe@one.test> (my dear friend); (the end)") ==
          "c@public.example|joe@example.org|jdoe@one.test");
    CHECK(read("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;") == "");
    CHECK(read("Joe Q. Public <john.q.public@example.com>") == "john.q.public@example.com");
    CHECK(read("Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example") ==
          "mary@example.net|jdoe@test.example");
    CHECK(read("<@a.test,@b.test:c@d.test>") == "c@d.test");
    CHECK(read("John Doe <jdoe@machine(comment).  example>") == "jdoe@machine.example");
    CHECK(read("a . b @ c . test") == "a.b@c.test");
}

TEST_CASE("message/author: other alphabets")
{
    CHECK(read("J\xc3\xb6rg <j\xc3\xb6rg@b\xc3\xbc"
               "cher.example>") == "j\xc3\xb6rg@b\xc3\xbc"
                                   "cher.example");
    // A name in another encoding is only decoration; an address cannot be.
    CHECK(read("J\xf6rg <joerg@x.test>") == "joerg@x.test");
    CHECK(read("j\xf6rg@x.test") == "?j\xf6rg@x.test");
    CHECK(read("a@b\xfc.test") == "?");
}

TEST_CASE("message/author: dots where some providers have them")
{
    CHECK(read("a..b@example.jp") == "a..b@example.jp");
    CHECK(read("a.@example.jp") == "a.@example.jp");
    CHECK(read(".a@example.jp") == ".a@example.jp");
    CHECK(read("a@example..jp") == "?a@example");
    CHECK(read("a@.example.jp") == "?");
    CHECK(read("a@example.jp.") == "?a@example.jp");
}

TEST_CASE("message/author: what cannot be read with certainty says so, with all it may mean")
{
    CHECK(read("a@b.test c@d.test") == "?a@b.test|c@d.test");
    CHECK(read("a@b.test <c@d.test>") == "?a@b.test|c@d.test");
    CHECK(read("<a@b.test> <c@d.test>") == "?a@b.test|c@d.test");
    CHECK(read("<a@b.test> c@d.test") == "?a@b.test|c@d.test");
    CHECK(read("a@b@c.test") == "?a@b|b@c.test");
    CHECK(read("<<a@b.test>>") == "?a@b.test");
    CHECK(read("<a@b.test") == "?a@b.test");
    CHECK(read("a@b.test>") == "?a@b.test");
    CHECK(read("a@b.test;") == "?a@b.test");
    CHECK(read("g: a@b.test") == "?a@b.test");
    CHECK(read("g: h: a@b.test;;") == "?a@b.test");
    CHECK(read(":a@b.test;") == "?a@b.test");
    CHECK(read("g:a@b.test; c@d.test") == "?a@b.test|c@d.test");
    CHECK(read("\"a <b@c.test>") == "?b@c.test");
    CHECK(read("(a <b@c.test>") == "?b@c.test");
    CHECK(read("(a) b) <b@c.test>") == "?b@c.test");
    CHECK(read("a\\b@c.test") == "?b@c.test");
    CHECK(read(std::string_view("a\0@b.test", 9)) == "?a@b.test");
    CHECK(read("@b.test") == "?@b.test");
    CHECK(read("a@") == "?");
    CHECK(read("a@[1.2.3.4") == "?a@1.2.3.4");
    CHECK(read("a@ex,ample.test") == "?a@ex");
    CHECK(read("a@ex%ample.test") == "?");
    CHECK(read("<@a.test:>") == "?@a.test");
    CHECK(read("a@" + std::string(64, 'x') + ".test") == "?");
    CHECK(read("a@b.test, Joe") == "?a@b.test");
    CHECK(read("<>") == "?");
}

TEST_CASE("message/author: the author's domain, or why there is none")
{
    CHECK(kind_of("From: Ann <ann@Example.org>\n") == "example.org");
    CHECK(kind_of("To: x@y.test\nfrom:\n a@x.test,\n b@X.test\n") == "x.test");
    CHECK(kind_of("From : a@x.test\n") == "x.test");
    CHECK(kind_of("Subject: x\n") == "missing");
    CHECK(kind_of("") == "missing");
    CHECK(kind_of("From:\n") == "missing");
    CHECK(kind_of("From: Joe\n") == "missing");
    CHECK(kind_of("From: group:;\n") == "missing");
    CHECK(kind_of("From: a@x.test, b@y.test\n") == "several");
    CHECK(kind_of("From: a@x.test\nFrom: a@x.test\n") == "several");
    CHECK(kind_of("From: a@x.test\nSubject: x\nFROM: b@y.test\n") == "several");
    CHECK(kind_of("From: a@x.test\nFrom: \n") == "several");
    CHECK(kind_of("From: a@x.test <b@x.test>\n") == "malformed");
    CHECK(kind_of("From: a@x.test <b@y.test>\n") == "malformed");
    CHECK(domains_of("From: a@x.test\nFrom: \"c@d.test\" <b@y.test>\nFrom: b@X.test\n") ==
          "x.test y.test");
    CHECK(domains_of("From: a@x.test <b@y.test>\n") == "x.test y.test");
}

TEST_CASE("message/author: a hostile field takes no more time than it is long")
{
    const std::size_t size = 1 << 20;
    for (const std::string& piece :
         {std::string("("), std::string("\"\\"), std::string("["), std::string("(\""),
          std::string("a@b,"), std::string("<"), std::string("()"), std::string("\\(")}) {
        std::string value;
        while (value.size() < size)
            value.append(piece);
        parse_mailboxes(value);
        parse_mailboxes(value + std::string(size, ')'));
    }
    CHECK(read(std::string(100000, '(') + std::string(100000, ')') + "a@b.test") == "a@b.test");
}

TEST_CASE("message/scanner: comments and quoted strings")
{
    Scanner scanner(" (a (b\\)) c)\r\n \"q\\\"\r\n x\"rest");
    std::string comment;
    CHECK(scanner.skip_comments(&comment));
    CHECK(comment == "a (b)) c");
    CHECK(scanner.take_quoted() == "q\" x");
    CHECK(scanner.rest() == "rest");
    CHECK_FALSE(scanner.take_quoted());
    Scanner open("(a");
    CHECK_FALSE(open.skip_comments());
    CHECK(open.rest() == "(a");
    CHECK_FALSE(Scanner("\"a\\\"").take_quoted());
}
