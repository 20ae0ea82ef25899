#include "archive/article.hpp"

#include "base/text.hpp"
#include "message/message_key.hpp"
#include "well_formed.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;

namespace
{

std::string with_body(std::string_view type, std::string_view body)
{
    return cat("From: a@x.example\nContent-Type: ", type, "\n\n", body);
}

std::string multipart(std::string_view subtype, std::initializer_list<std::string_view> parts)
{
    std::string text;
    for (const std::string_view part : parts)
        text += cat("--b\n", part, "\n");
    return with_body(cat("multipart/", subtype, "; boundary=b"), text + "--b--\n");
}

constexpr std::string_view plain = "Content-Type: text/plain\n\nplain";
constexpr std::string_view html = "Content-Type: text/html\n\n<p>rich";
constexpr std::string_view picture =
    "Content-Type: image/png; name=p.png\nContent-Transfer-Encoding: base64\n\nAAEC";

std::string text_of(std::string_view message)
{
    return body_text(read_article(message), Addresses::hide);
}

std::string first_remark(std::string_view message)
{
    const Article article = read_article(message);
    return article.remarks.empty() ? "" : article.remarks.front();
}

} // namespace

TEST_CASE("archive/article: what the header says")
{
    const Article article =
        read_article("Received: from a by b; Mon, 23 Nov 2026 08:50:22 +0000\n"
                     "From: =?utf-8?q?J=C3=B6rg?= Example <joerg@example.org>\n"
                     "Subject: =?utf-8?q?caf=C3=A9?=\n\tand\x1b more\n"
                     "Message-ID: <3@x>\nReferences: <1@x> junk\n\t< 2@x > <3@x>\n"
                     "In-Reply-To: <9@x>\nDate: Mon, 23 Nov 2026 09:50:00 +0100\n\nhi\n");
    CHECK(article.id == "3@x");
    CHECK(article.references == std::vector<std::string>{"1@x", "2@x"});
    CHECK(article.subject == "café and more");
    CHECK(article.author == "Jörg Example");
    CHECK(article.author_address == "joerg@example.org");
    CHECK(article.date == 1795423800);
    CHECK(article.is_for_web);
    CHECK(read_article("In-Reply-To: Your mail <9@x>\n\n").references ==
          std::vector<std::string>{"9@x"});
}

TEST_CASE("archive/article: a header of nothing, and a hostile one")
{
    const Article none = read_article("");
    CHECK(none.id.empty());
    CHECK(author_text(none, Addresses::full) == "(unknown)");
    CHECK(subject_text(none, Addresses::full) == "(no subject)");
    CHECK_FALSE(none.date);
    std::string references = "References:";
    for (int i = 0; i < 500; ++i)
        references += " <" + std::to_string(i) + "@x>";
    const auto ids = read_article(references + "\n\n").references;
    REQUIRE(ids.size() == 100);
    CHECK(ids.front() == "0@x");
    CHECK(ids.back() == "499@x");
    const Article article =
        read_article("Subject: " + std::string(5000, 'x') + "\u202E\n" + "From: \u202E<b>\"@\n\n");
    CHECK(article.subject.size() == 998);
    CHECK(is_well_formed_markup(body_markup(article, {})));
}

TEST_CASE("archive/article: the date of arrival where the author's is none, or in the future")
{
    const std::string received = "Received: by x; Mon, 23 Nov 2026 08:50:22 +0000\n"
                                 "Received: by y; Mon, 23 Nov 2020 08:50:22 +0000\n";
    CHECK(read_article(received + "\n").date == 1795423822);
    CHECK(read_article(received + "Date: soon\n\n").date == 1795423822);
    CHECK(read_article(received + "Date: Tue, 24 Nov 2026 08:50:23 +0000\n\n").date == 1795423822);
    CHECK(read_article(received + "Date: Tue, 24 Nov 2026 08:50:22 +0000\n\n").date ==
          1795423822 + 86400);
    CHECK(read_article(received + "Date: 23 Nov 1999 08:50:22 +0000\n\n").date == 943347022);
}

TEST_CASE("archive/article: who does not want to be archived")
{
    CHECK_FALSE(read_article("X-No-Archive: Yes\n\n").is_for_web);
    CHECK_FALSE(read_article("Archive: no\n\n").is_for_web);
    CHECK(read_article("X-No-Archive: no\nArchive: yes\n\nX-No-Archive: yes\n").is_for_web);
}

TEST_CASE("archive/article: authors as they are shown")
{
    const auto author = [](std::string_view from, Addresses how) {
        return author_text(read_article(cat("From: ", from, "\n\n")), how);
    };
    CHECK(author("Ann <ann@example.org>", Addresses::full) == "Ann");
    CHECK(author("ann@example.org", Addresses::hide) == "ann@…");
    CHECK(author("ann@example.org", Addresses::at) == "ann at example.org");
    CHECK(author("ann@example.org", Addresses::full) == "ann@example.org");
    CHECK(author("\"ann@example.org\" <ann@example.org>", Addresses::hide) == "ann@…");
    CHECK(author("ann@example.org (Ann)", Addresses::hide) == "Ann");
    CHECK(author("Ann", Addresses::hide) == "Ann");
    CHECK(author("caf\xE9 <x@y.example>", Addresses::hide) == "café");
    CHECK(author("Ann via cats <cats@x.example>\nX-Original-From: Ann Lee <ann@y.example>",
                 Addresses::hide) == "Ann Lee");
    CHECK(author("Bob <b@x.example>\nX-Original-From: Ann <a@y.example>", Addresses::hide) ==
          "Bob");
    CHECK(subject_text(read_article("Subject: ann@example.org\n\n"), Addresses::hide) == "ann@…");
}

TEST_CASE("archive/article: alphabets and encodings of a text")
{
    CHECK(text_of("Content-Type: text/plain; charset=iso-8859-1\n"
                  "Content-Transfer-Encoding: quoted-printable\n\ncaf=E9=\n!\r\n") == "café!\n");
    CHECK(text_of("Content-Type: text/plain; charset=utf-8\n"
                  "Content-Transfer-Encoding: base64\n\nY2Fmw6k=\n") == "café\n");
    CHECK(text_of("\nMail ann@example.org\r\n\r\n") == "Mail ann@…\n");
}

TEST_CASE("archive/article: of alternatives one is shown")
{
    CHECK(text_of(multipart("alternative", {plain, html})) == "plain\n");
    CHECK(text_of(multipart("alternative", {html, plain})) == "plain\n");
    CHECK(text_of(multipart("alternative", {"\n  \n", html})) == "rich\n");
    CHECK(read_article(multipart("alternative", {plain, html})).attachments.empty());
    // What comes with the other is not lost.
    const std::string related =
        "Content-Type: multipart/related; boundary=i\n\n--i\nContent-Type: text/html\n\n<b>x\n"
        "--i\nContent-Type: image/png\n\nPNG\n--i--";
    CHECK(text_of(multipart("alternative", {plain, related})) ==
          "plain\n\n[image, image/png, 3 bytes]\n");
    CHECK(text_of(multipart("alternative", {related})).starts_with("x\n"));
    CHECK(text_of(multipart("alternative", {picture})) == "[p.png, image/png, 3 bytes]\n");
}

TEST_CASE("archive/article: HTML as text, and to be had")
{
    const Article article =
        read_article(with_body("text/html", "<p>Ann &amp; <script>x</script>Bob"));
    CHECK(body_text(article, Addresses::full) == "Ann & Bob\n\n[HTML, text/html, 34 bytes]\n");
    // There may be addresses in it.
    CHECK(body_text(article, Addresses::hide) == "Ann & Bob\n");
    CHECK(body_markup(article, {Addresses::at, ""}).find("file") == std::string::npos);
    CHECK(body_markup(article, {Addresses::full, ""}).find("file") != std::string::npos);
    CHECK(article.remarks == std::vector<std::string>{"text made of HTML"});
    CHECK(body_markup(article, {}).find("script") == std::string::npos);
}

TEST_CASE("archive/article: attachments")
{
    const Article article = read_article(multipart(
        "mixed", {plain, picture,
                  "Content-Type: application/x\nContent-Disposition: attachment; "
                  "filename=\"../../etc/.pass\\\"<wd\"\n\n\x01\x02",
                  "Content-Type: text/plain\nContent-Disposition: attachment\n\nnot shown"}));
    REQUIRE(article.attachments.size() == 3);
    CHECK(article.attachments[0].bytes == std::string("\0\1\2", 3));
    CHECK(article.attachments[0].digest ==
          "ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc");
    CHECK(article.attachments[1].name == "pass\"<wd");
    CHECK(article.attachments[2].name.empty());
    CHECK(text_of("\nx\n") == "x\n");
    const std::string markup = body_markup(article, {Addresses::hide, "../../a/"});
    CHECK(is_well_formed_markup(markup));
    CHECK(
        markup.find("<p class=\"file\"><a href=\"../../a/ae/ae4b3280e56e2faf83f414a6e3dabe9d5fbe189"
                    "76544c05fed121accb85b53fc\" download=\"p.png\">p.png</a> (image/png, 3 bytes)"
                    "</p>\n") != std::string::npos);
    CHECK(markup.find("download=\"pass&quot;&lt;wd\"") != std::string::npos);
    CHECK(markup.find("download>attachment</a>") != std::string::npos);
    CHECK(markup.find("not shown") == std::string::npos);
}

TEST_CASE("archive/article: patches are shown and attached")
{
    const std::string message = multipart(
        "mixed",
        {"Content-Type: text/x-patch\nContent-Disposition: attachment; filename=a.patch\n\n"
         "@@ -1 +1 @@\n-a\n+b"});
    CHECK(read_article(message).attachments.size() == 1);
    CHECK(body_markup(read_article(message), {}).find("<del>-a</del>") != std::string::npos);
}

TEST_CASE("archive/article: attached messages")
{
    const std::string inner = "Content-Type: message/rfc822\n\nFrom: Ann <ann@x.example>\n"
                              "Subject: <inner>\nContent-Type: text/plain; format=flowed\n\n"
                              "flows \non\n";
    const Article article = read_article(multipart("mixed", {plain, inner, plain}));
    CHECK(body_text(article, Addresses::hide) == "plain\n\n[<inner>, by Ann]\nflows on\n\nplain\n");
    const std::string markup = body_markup(article, {});
    CHECK(is_well_formed_markup(markup));
    CHECK(markup.find("<figcaption>&lt;inner&gt;, by Ann</figcaption>\n<pre>flows on</pre>") !=
          std::string::npos);
    CHECK(article.attachments.empty());
    // Addresses of their authors are as hidden as others.
    const std::string nameless = "Content-Type: message/rfc822\n\nFrom: ann@x.example\n\nhi";
    CHECK(text_of(multipart("mixed", {nameless})) == "[ann@…]\nhi\n");
}

TEST_CASE("archive/article: flowed text")
{
    const std::string message =
        with_body("text/plain; format=Flowed; delsp=yes", "a \nb\n> c \n> d\n");
    CHECK(body_markup(read_article(message), {}) ==
          "<pre>ab</pre>\n<blockquote><pre>cd</pre>\n</blockquote>\n");
    CHECK(text_of(message) == "ab\n> cd\n");
}

TEST_CASE("archive/article: signed and encrypted mail")
{
    const std::string signature = "Content-Type: application/pgp-signature\n\nabc";
    const std::string message =
        cat("Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\n\n"
            "--b\n",
            plain, "\n--b\n", signature, "\n--b--\n");
    CHECK(text_of(message) == "plain\n");
    CHECK(first_remark(message) == "signed (OpenPGP)");
    CHECK(first_remark(multipart("signed; protocol=\"application/pkcs7-signature\"",
                                 {plain, "Content-Type: application/pkcs7-signature\n\nx"})) ==
          "signed (S/MIME)");
    const std::string encrypted =
        multipart("encrypted; protocol=\"application/pgp-encrypted\"",
                  {"Content-Type: application/pgp-encrypted\n\nVersion: 1",
                   "Content-Type: application/octet-stream; name=encrypted.asc\n\nabc"});
    CHECK(first_remark(encrypted) == "encrypted (OpenPGP)");
    CHECK(text_of(encrypted) == "[encrypted.asc, application/octet-stream, 3 bytes]\n");
    CHECK(first_remark(with_body("application/pkcs7-mime; smime-type=signed-data", "x")) ==
          "signed (S/MIME)");
    CHECK(first_remark(with_body("application/pkcs7-mime; smime-type=enveloped-data", "x")) ==
          "encrypted (S/MIME)");
    CHECK(first_remark("\n-----BEGIN PGP MESSAGE-----\n\nabc\n") == "encrypted (OpenPGP)");
    CHECK(first_remark("\n-----BEGIN PGP SIGNED MESSAGE-----\n\nabc\n") == "signed (OpenPGP)");
}
