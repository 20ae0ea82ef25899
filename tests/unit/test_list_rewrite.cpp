#include "crypto/base64.hpp"
#include "list/author_name.hpp"
#include "list/footer.hpp"
#include "list/rewrite.hpp"
#include "list_fixture.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

using namespace mn::list;
using Policy = Standing::Policy;

namespace
{

struct Rewriting {
    ListDirectory directory;
    Standing standing = {Standing::Vouched::yes, Policy::none, true};

    void control(const std::string& name, const std::string& text = "") const
    {
        directory.put("control/" + name, text);
    }
    Rewritten operator()(const std::string& message) const
    {
        const List list(directory.path());
        Incoming mail;
        mail.message = message;
        mail.standing = standing;
        mail.author = "ann@example.net";
        return rewrite(list, mail);
    }
    /// All values of a field, one a line.
    std::string field(const std::string& message, std::string_view name) const
    {
        const Rewritten post = (*this)(message);
        std::string values;
        for (const auto& field : mn::header_fields(mn::split_message(post.message).header))
            if (field.is(name)) values += mn::unfolded(field.value) + "\n";
        return values;
    }
    std::string body(const std::string& message) const
    {
        const Rewritten post = (*this)(message);
        return std::string(mn::split_message(post.message).body);
    }
};

const std::string ids = "Message-ID: <1@example.net>\nDate: Sun, 22 Nov 2026 00:00:00 +0000\n";
const std::string simple = "From: ann@example.net\nSubject: hi\n" + ids + "\nbody\n";

std::string with_subject(const std::string& value)
{
    return "From: ann@example.net\nSubject:" + value + "\n" + ids + "\nbody\n";
}

bool has(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

std::string with_footer(std::string header, std::string body, std::string_view footer)
{
    MessageText post{std::move(header), "\n", std::move(body)};
    if (!add_footer(post, footer)) return "(left alone)";
    return post.header + post.separator + post.body;
}

} // namespace

TEST_CASE("list/rewrite: fields added, the rest as it was, byte for byte")
{
    const std::string message = "Received: x\nFrom: ann@example.net\nSubject: hi\n" + ids +
                                "X-Odd:\xff\tz\n\nbo" + std::string(1, '\0') + "dy \r\n\n no end";
    const Rewriting rewriting;
    const std::string out = rewriting(message).message;
    CHECK(out.starts_with(message.substr(0, message.find("\n\n") + 1)));
    CHECK(out.ends_with("no end"));
    CHECK(rewriting.field(message, "List-Id") == "<cats.example.org>\n");
    CHECK(rewriting.field(message, "Precedence") == "list\n");
    CHECK(rewriting.field(message, "X-Loop") == "cats@example.org\n");
    CHECK_FALSE(rewriting(message).is_altered);
}

TEST_CASE("list/rewrite: fields of other lists, the envelope and delheaders are left out")
{
    Rewriting rewriting;
    rewriting.control("delheaders", "x-Secret\nReceived:\nFrom\n");
    const std::string message = "From x@y Sun Nov 22 10:00:00 2026\nReturn-Path: <a@b>\n"
                                "Received: x\n y\nX-Secret-Too: 1\nList-Id: <dogs.example>\n"
                                "List-Unsubscribe: <mailto:dogs>\nPrecedence: bulk\n"
                                "X-Loop: dogs@example.org\n" +
                                simple;
    const std::string out = rewriting(message).message;
    for (const char* gone : {"From x@y", "Return-Path", "Received", " y\n", "Secret", "dogs>"})
        CHECK_FALSE(has(out, gone));
    CHECK(has(out, "X-Loop: dogs@example.org\n"));
    CHECK(has(out, "From: ann@example.net\n"));
    CHECK(rewriting.field(message, "Precedence") == "list\n");
}

TEST_CASE("list/rewrite: customheaders replace, never double, and win over ours")
{
    Rewriting rewriting;
    rewriting.control("customheaders", "Reply-To: cats@example.org\nList-Id: <other.id>\n"
                                       "X-New: a\n b\nno field at all\n");
    const std::string message = "Reply-To: ann@example.net\nReply-To: x@example.net\n" + simple;
    CHECK(rewriting.field(message, "Reply-To") == "cats@example.org\n");
    CHECK(rewriting.field(message, "List-Id") == "<other.id>\n");
    CHECK(rewriting.field(message, "X-New") == "a b\n");
    CHECK_FALSE(has(rewriting(message).message, "no field"));
}

TEST_CASE("list/rewrite: Reply-To as control/replyto says")
{
    Rewriting rewriting;
    CHECK(rewriting.field(simple, "Reply-To") == "");
    rewriting.control("replyto", "author");
    CHECK(rewriting.field(simple, "Reply-To") == "ann@example.net\n");
    CHECK(rewriting.field("Reply-To: x@example.net\n" + simple, "Reply-To") == "x@example.net\n");
    rewriting.control("replyto", "list");
    CHECK(rewriting.field("Reply-To: x@example.net\n" + simple, "Reply-To") ==
          "cats@example.org\n");
}

TEST_CASE("list/rewrite: the prefix, once, whatever the alphabet")
{
    Rewriting rewriting;
    rewriting.control("prefix", "[cats]\n");
    CHECK(rewriting.field(simple, "Subject") == "[cats] hi\n");
    CHECK(rewriting.field("From: a@b.example\n" + ids + "\nx\n", "Subject") == "[cats]\n");
    CHECK(rewriting.field(with_subject(" Re: [cats] hi"), "Subject") == "Re: [cats] hi\n");
    CHECK(rewriting.field(with_subject("hi"), "Subject") == "[cats] hi\n");
    // "[cats] ä", in base64 and in quoted-printable
    for (const std::string& encoded : {"=?utf-8?b?" + mn::base64::encode("[cats] \xc3\xa4") + "?=",
                                       std::string("=?utf-8?q?=5Bcats=5D_=C3=A4?="),
                                       std::string("=?utf-8?q?=5Bca?=\n =?utf-8?q?ts=5D_=C3=A4?=")})
        CHECK(count(rewriting(with_subject(" " + encoded)).message, "[cats]") == 0);
    CHECK(rewriting.field(with_subject(" =?utf-8?q?=C3=A4?="), "Subject") ==
          "[cats] =?utf-8?q?=C3=A4?=\n");
    const std::string out = rewriting(with_subject(" " + std::string(75, 'x'))).message;
    CHECK(has(out, "Subject: [cats]\n " + std::string(75, 'x') + "\n"));
}

TEST_CASE("list/rewrite: a prefix in another alphabet is encoded")
{
    Rewriting rewriting;
    rewriting.control("prefix", "[K\xc3\xa4tzchen]\n");
    const std::string out = rewriting(simple).message;
    CHECK_FALSE(has(out, "\xc3"));
    CHECK(has(out, "Subject: =?utf-8?"));
    const std::string again = rewriting(out).message;
    CHECK(count(again, "tzchen") == 1);
}

TEST_CASE("list/rewrite: is_altered is about what a signature covers")
{
    const std::string sign = "DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=x; h=From:To:\n"
                             " subject : Reply-To; bh=; b=\n";
    Rewriting rewriting;
    CHECK_FALSE(rewriting(sign + simple).is_altered);
    CHECK(rewriting("DKIM-Signature: h=from:list-id; d=x\n" + simple).is_altered);
    rewriting.control("replyto", "list");
    CHECK(rewriting(sign + simple).is_altered);
    Rewriting prefix;
    prefix.control("prefix", "[cats]");
    CHECK(prefix(sign + simple).is_altered);
    Rewriting footer;
    footer.control("footer", "bye\n");
    CHECK(footer(simple).is_altered);
}

TEST_CASE("list/rewrite: From is replaced only where it has to be")
{
    Rewriting rewriting;
    rewriting.standing.policy = Policy::reject;
    CHECK_FALSE(rewriting(simple).from_is_replaced);
    rewriting.standing.dkim_holds = false;
    const Rewritten post = rewriting("Reply-To: \n" + simple);
    CHECK(post.from_is_replaced);
    CHECK(rewriting.field(simple, "From") == "\"ann via cats\" <cats@example.org>\n");
    CHECK(rewriting.field(simple, "Reply-To") == "ann@example.net\n");
    CHECK(rewriting.field(simple, "X-Original-From") == "ann@example.net\n");
    rewriting.standing.policy = Policy::none;
    CHECK_FALSE(rewriting(simple).from_is_replaced);
    rewriting.control("from", "always");
    CHECK(rewriting(simple).from_is_replaced);
    rewriting.control("from", "keep");
    rewriting.standing.policy = Policy::reject;
    CHECK_FALSE(rewriting(simple).from_is_replaced);

    Rewriting altering;
    altering.standing.policy = Policy::quarantine;
    altering.control("footer", "bye\n");
    CHECK(altering(simple).from_is_replaced);
    CHECK(altering.body(simple) == "body\nbye\n");
    altering.control("replyto", "list");
    CHECK(altering.field(simple, "Reply-To") == "cats@example.org\n");
    CHECK(altering.field("X-Original-From: forged\n" + simple, "X-Original-From") ==
          "ann@example.net\n");
}

TEST_CASE("list/rewrite: what Postfix would add later is there")
{
    const Rewriting rewriting;
    const std::string out = rewriting("From: a@b.example\n\nx\n").message;
    CHECK(has(out, "Message-ID: <"));
    CHECK(has(out, "Date: "));
    CHECK(rewriting.field(simple, "Message-ID") == "<1@example.net>\n");
}

TEST_CASE("list/author_name: names")
{
    // Seconds of looking, were it not bounded.
    CHECK(author_name(std::string(250000, '(') + "Ann <ann@example.net>").size() <= 100);
    CHECK(author_name(std::string(250000, '"') + "Ann <ann@example.net>").size() <= 100);
    CHECK(author_name(" Ann Example <ann@example.net>") == "Ann Example");
    CHECK(author_name("\"Example, \\\"Ann\\\"\" <ann@example.net>") == "Example, \"Ann\"");
    CHECK(author_name("ann@example.net (Ann)") == "Ann");
    CHECK(author_name("<ann@example.net>") == "ann");
    CHECK(author_name("=?utf-8?q?J=C3=B6rg?= <j@example.net>") == "J\xc3\xb6rg");
    CHECK(author_name("=?utf-8?q?a=0Ab=00c?= <j@example.net>") == "a b c");
    CHECK(author_name(std::string(5000, 'x') + " <j@example.net>").size() <= 100);
    CHECK(author_name("\"never ends <a@b.example>").size() <= 100);
    const ListDirectory directory;
    const List list(directory.path());
    CHECK(via_list("a\"b\\c", list) == "\"a\\\"b\\\\c via cats\" <cats@example.org>");
    CHECK(via_list("J\xc3\xb6rg, Inc.", list) ==
          "=?utf-8?q?J=C3=B6rg=2C?=\n \"Inc. via cats\"\n <cats@example.org>");
}

TEST_CASE("list/rewrite: a header that is cut off stays one header")
{
    const std::string out = Rewriting()("From: ann@example.net\n" + ids + "\r").message;
    CHECK(mn::split_message(out).body.empty());
    CHECK(has(std::string(mn::split_message(out).header), "List-Id: "));
    MessageText post{"\r", "", ""};
    CHECK_FALSE(add_footer(post, "bye\n"));
}

TEST_CASE("list/footer: plain text")
{
    CHECK(with_footer("", "body\n", "bye\n") == "\nbody\nbye\n");
    CHECK(with_footer("", "body", "bye") == "\nbody\nbye\n");
    CHECK(with_footer("Content-Type: text/plain; charset=iso-8859-1\n", "b\xe4\n", "bye\n") ==
          "Content-Type: text/plain; charset=iso-8859-1\n\nb\xe4\nbye\n");
    const std::string german = with_footer("Subject: x\n", "body\n", "tsch\xc3\xbcss\n");
    CHECK(has(german, "Content-Type: text/plain; charset=utf-8\n"));
    CHECK(has(german, "Content-Transfer-Encoding: 8bit\n"));
    CHECK(german.ends_with("\n\nbody\ntsch\xc3\xbcss\n"));
    // In another alphabet the footer needs a part of its own.
    const std::string mixed =
        with_footer("Content-Type: text/plain; charset=iso-8859-1\n", "b\xe4\n", "\xc3\xbc\n");
    CHECK(has(mixed, "multipart/mixed"));
    CHECK(has(mixed, "\nContent-Type: text/plain; charset=iso-8859-1\n\nb\xe4\n--"));
    CHECK(has(with_footer("Content-Type: text/plain; charset=utf-16\n", "x", "bye"), "mixed"));
    CHECK(with_footer("", "body\n", " \n") == "(left alone)");
    CHECK(with_footer("", "body\n", "\xff\n") == "(left alone)");
}

TEST_CASE("list/footer: plain text in quoted-printable and base64")
{
    const std::string quoted = "Content-Type: text/plain; charset=UTF-8\n"
                               "Content-Transfer-Encoding: Quoted-Printable\n";
    CHECK(with_footer(quoted, "caf=C3=A9=\n", "a=b \xc3\xbc\n") ==
          quoted + "\ncaf=C3=A9=\n\na=3Db =C3=BC\n");
    CHECK(with_footer(quoted, "x", std::string(100, 'y')).find(std::string(77, 'y')) ==
          std::string::npos);
    const std::string base64 = "Content-Type: text/plain; charset=utf-8\n"
                               "Content-Transfer-Encoding: base64\n";
    const std::string out =
        with_footer(base64, mn::base64::encode("h\xc3\xa9\r\n") + "\n", "a\nb\n");
    CHECK(mn::base64::decode_folded(out.substr(base64.size() + 1)) == "h\xc3\xa9\r\na\r\nb\r\n");
    CHECK(has(with_footer(base64, "no base64!\n", "bye\n"), "multipart/mixed"));
}

TEST_CASE("list/footer: multipart/mixed gets a part more, others are wrapped")
{
    const std::string header = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n";
    const std::string body = "--b\n\none\n--bb--\n--b--\nepilogue\n";
    const std::string mixed = with_footer(header, body, "bye\n");
    CHECK(mixed == header + "\n--b\n\none\n--bb--\n--b\nContent-Type: text/plain; "
                            "charset=us-ascii\nContent-Transfer-Encoding: 7bit\n"
                            "Content-Disposition: inline\n\nbye\n--b--\nepilogue\n");
    CHECK(with_footer(header, "--b\n\none", "bye\n").ends_with("\nbye\n--b--\n"));
    const std::string html =
        with_footer("Content-Type: text/html\nContent-ID: <x>\nSubject: s\n", "<p>x</p>", "bye\n");
    CHECK(html.starts_with("Subject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed"));
    CHECK(has(html, "\nContent-Type: text/html\nContent-ID: <x>\n\n<p>x</p>\n--"));
    CHECK(has(with_footer("Content-Type: multipart/alternative; boundary=\"x y\"\n", "z", "bye"),
              "boundary=\"x y\"\n\nz\n--"));
}

TEST_CASE("list/footer: what must not be touched is not")
{
    for (const std::string value :
         {"multipart/signed; boundary=b", "multipart/encrypted; boundary=b",
          "multipart/report; boundary=b", "multipart/mixed", "multipart/mixed; boundary*0=b",
          "multipart/mixed; boundary=a; boundary=b", "application/pkcs7-mime; name=x",
          "application/x-pkcs7-mime", "application/pgp-encrypted", "message/rfc822", "nonsense",
          "text/plain\nContent-Type: text/html", "text/plain\nContent-Transfer-Encoding: uuencode",
          "multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64"}) {
        INFO(value);
        CHECK(with_footer("Content-Type: " + value + "\n", "--b\n\nx\n--b--\n", "bye\n") ==
              "(left alone)");
    }
}
