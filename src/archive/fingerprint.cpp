#include "archive/fingerprint.hpp"

#include "archive/mbox_record.hpp"
#include "archive/words.hpp"
#include "base/text.hpp"
#include "crypto/digest.hpp"

namespace mn::archive
{
namespace
{

/// Raise it when pages change in a way that the sample does not show.
constexpr std::string_view version = "1";

/// Something of everything that pages show in a way of their own.
constexpr std::string_view sample =
    "Message-ID: <b@example.org>\nReferences: <a@example.org>\nFrom: Ann <ann@example.org>\n"
    "Subject: =?utf-8?q?=C3=BC?=\nDate: Sun, 1 Mar 2026 10:00:00 +0100\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=x\n\n"
    "--x\nContent-Type: text/plain; format=flowed\n\n"
    "Bob <bob@example.org> wrote:\n>> a\n> b\nhttps://example.org/?a=b\n"
    "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n-- \nAnn\n"
    "--x\nContent-Type: text/html\n\n<h1>a</h1><p>b <a href=\"https://example.org\">c</a></p>\n"
    "--x\nContent-Type: image/png; name=\"a.png\"\nContent-Transfer-Encoding: base64\n\nYQ==\n"
    "--x\nContent-Type: message/rfc822\n\nSubject: a\n\nb\n"
    "--x--\n";

std::string pages_of_sample(const ListFacts& facts)
{
    const Article article = read_article(sample);
    const Place place{"b-2", 7, 1772355600, "2026-03", 2, "a", 2, 1, "a", 1};
    const Recent recent{"b", "subject", "author", 1772355600, "text"};
    return cat(
        message_page(facts, article, place), removed_page(facts, place),
        thread_head(facts, "a", "subject", 2), thread_record(facts, article, place),
        removed_thread_record(facts, place), thread_tail(), thread_last_tail("a", 2),
        month_head(facts, "2026-03", 2), month_record(facts, article, place),
        removed_month_record(facts, place), month_tail(), month_last_tail("2026-03", 2),
        list_page(facts, {{"a", "subject", "author", 1, 2, 300, 2}}, {{"2026-03", 300, 2}}, 3),
        feed(facts, {recent}),
        mbox_record(facts, article, place, body_text(article, facts.addresses)));
}

} // namespace

std::string fingerprint_of(const ListFacts& facts, const std::set<std::string>& removed)
{
    crypto::Sha256 hash;
    hash.update(cat(version, "\n", facts.name, "\n", facts.address, "\n", facts.url, "\n",
                    std::to_string(static_cast<int>(facts.addresses)), facts.is_private ? "p" : "-",
                    facts.can_search ? "s" : "-", "\n"));
    hash.update(pages_of_sample(facts));
    for (const std::string& key : removed)
        hash.update(cat("\n", key));
    return hexadecimal(crypto::bytes_of(hash.finish()));
}

} // namespace mn::archive
