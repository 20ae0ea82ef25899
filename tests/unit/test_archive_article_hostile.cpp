// Messages made to harm: whatever is in them, it comes out as well-formed markup of a bounded size,
// in time that grows with the size of the message and no faster.
#include "archive/article.hpp"
#include "archive/article_parts.hpp"
#include "base/text.hpp"
#include "well_formed.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <random>

using namespace mn;
using namespace mn::archive;

namespace
{

std::string repeated(std::string_view piece, std::size_t size)
{
    std::string text;
    while (text.size() < size)
        text += piece;
    return text;
}

double seconds_now()
{
    timespec now = {};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::string rendered(std::string_view message)
{
    const Article article = read_article(message);
    std::string html = body_markup(article, {Addresses::hide, "../../a/"});
    CHECK(is_well_formed_markup(html));
    CHECK(utf8::is_valid(body_text(article, Addresses::hide)));
    CHECK(html.find("<script") == std::string::npos);
    return html;
}

} // namespace

TEST_CASE("archive/article: markup in every place where text may come from")
{
    const std::string evil = "\"'><script>alert(1)</script><!--&#0;";
    const std::string message =
        cat("From: ", evil, " <x@y.example>\nSubject: ", evil, "\nMessage-ID: <", evil,
            ">\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\n\n", evil, "\n> ", evil,
            "\nhttps://x.example/", evil, "\n", "--b\nContent-Type: text/html\n\n<p>&lt;script&gt;",
            evil, "\n--b\nContent-Type: image/", evil, "; name=\"\\\"><script>\"\n\nx\n--b\n",
            "Content-Type: message/rfc822\n\nSubject: ", evil, "\n\n", evil, "\n--b--\n");
    CHECK(rendered(message).find("&lt;script&gt;") != std::string::npos);
    const Article article = read_article(message);
    CHECK(article.attachments.at(1).type == "application/octet-stream");
}

TEST_CASE("archive/article: time is linear")
{
    static constexpr std::string_view bodies[] = {">",
                                                  "> ",
                                                  ">>x\ny\n",
                                                  "@",
                                                  "a@b.c",
                                                  "a@",
                                                  "http://",
                                                  "https://x(",
                                                  "(",
                                                  "&",
                                                  "<",
                                                  "-- \n",
                                                  "@@ -1,9 +1,9 @@\n",
                                                  "\r",
                                                  "=\n",
                                                  "=",
                                                  "\xFF",
                                                  "\u202E",
                                                  "--b\n",
                                                  "--b",
                                                  "--b\n\n",
                                                  "\n--",
                                                  "--- a\n+++ b\n",
                                                  "\"@x.example ",
                                                  "https://x.example/?@",
                                                  "-----BEGIN PGP SIGNED MESSAGE-----\n",
                                                  "\n\n"};
    static constexpr std::string_view types[] = {
        "text/plain; format=flowed", "text/html", "multipart/mixed; boundary=b",
        "text/plain; charset=gb18030\nContent-Transfer-Encoding: quoted-printable"};
    const double begin = seconds_now();
    for (const std::string_view body : bodies)
        for (const std::string_view type : types)
            rendered(cat("Content-Type: ", type, "\n\n", repeated(body, 200000)));
    // A fifth of a second for each would be the sign of something quadratic.
    CHECK(seconds_now() - begin < 20);
}

TEST_CASE("archive/article: headers made to take time")
{
    static constexpr std::string_view values[] = {
        "(",        "\"", "<",    "=?utf-8?q?", "=?utf-8?b?a", "<a@b> ", ",",
        ";x*0*=\"", "@",  "a@b,", "\\",         ":;",          "[",      "\n "};
    const double begin = seconds_now();
    for (const std::string_view name : {"From", "Subject", "References", "Date", "Received",
                                        "Content-Type", "Content-Disposition", "Message-ID"})
        for (const std::string_view value : values)
            rendered(cat(name, ": ", repeated(value, 100000), "\n\nx"));
    rendered(repeated("Content-Type: text/html\n", 1000000));
    CHECK(seconds_now() - begin < 20);
}

TEST_CASE("archive/article: a page is bounded")
{
    const std::string long_text = rendered("\n" + repeated("word word\n", 4000000));
    CHECK(long_text.size() < max_shown + 1000);
    CHECK(read_article("\n" + repeated("word\n", 4000000)).remarks ==
          std::vector<std::string>{"cut off: too long"});
    std::string many = "Content-Type: multipart/mixed; boundary=b\n\n";
    many += repeated("--b\n\ntext\n", 100000);
    const Article article = read_article(many);
    CHECK(article.sections.size() < 200);
    CHECK(article.remarks == std::vector<std::string>{"cut off: too many parts"});
    CHECK(rendered("Content-Type: text/html\n\n" + repeated("<blockquote><p>x", 2000000)).size() <
          8 * max_shown);
}

TEST_CASE("archive/article: pieces of mail in any order")
{
    static constexpr std::string_view pieces[] = {
        "Content-Type: multipart/mixed; boundary=b\n",
        "Content-Type: multipart/alternative; boundary=c\n",
        "Content-Type: text/html; charset=utf-8\n",
        "Content-Type: message/rfc822\n",
        "--b\n",
        "--b--\n",
        "--c\n",
        "--c--\n",
        "\n",
        "\n\n",
        "text ann@x.example\n",
        "> quoted\n",
        "<p>html<blockquote>",
        "Content-Transfer-Encoding: base64\n",
        "Content-Transfer-Encoding: quoted-printable\n",
        "Content-Disposition: attachment; filename*=utf-8''%00%2F\n",
        "=C3=A9=\n",
        "w6k=\n",
        "\xC3",
        "-- \n",
        "@@ -1 +1 @@\n-a\n+b\n",
        "Content-Type: text/plain; format=flowed; delsp=yes\n",
        "flows \n",
        "From: =?iso-8859-1?q?=E9?= <a@b.example>\n",
        "-----BEGIN PGP SIGNED MESSAGE-----\n"};
    std::mt19937 random(1);
    for (int run = 0; run < 3000; ++run) {
        std::string message;
        const auto count = random() % 40;
        for (std::size_t i = 0; i < count; ++i)
            message += pieces[random() % std::size(pieces)];
        const std::string html = rendered(message);
        REQUIRE(html.size() < 2000 + 30 * message.size());
    }
}
