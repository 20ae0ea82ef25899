#include "auth/canonical.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace mn;
using namespace mn::dkim;

namespace
{

std::string canonical(Canonicalization form, std::string_view body, std::size_t piece = 1 << 20)
{
    std::string result;
    BodyCanonicalizer canonicalizer(form, [&](std::string_view bytes) { result.append(bytes); });
    for (std::size_t i = 0; i < body.size(); i += piece)
        canonicalizer.update(body.substr(i, piece));
    canonicalizer.finish();
    return result;
}

std::string simple(std::string_view body)
{
    return canonical(Canonicalization::simple, body);
}

std::string relaxed(std::string_view body)
{
    return canonical(Canonicalization::relaxed, body);
}

/// Both forms as the RFC puts them, line by line and slowly.
std::string by_the_book(Canonicalization form, std::string_view body)
{
    const bool is_relaxed = form == Canonicalization::relaxed;
    std::vector<std::string> lines;
    for (std::string_view line : split(body, '\n')) {
        const bool is_last = line.data() + line.size() == body.data() + body.size();
        if (!is_last && line.ends_with('\r')) line.remove_suffix(1);
        std::string kept;
        for (const char c : line) {
            const bool is_blank = c == ' ' || c == '\t';
            if (!is_relaxed || !is_blank)
                kept.push_back(c);
            else if (kept.empty() || kept.back() != ' ')
                kept.push_back(' ');
        }
        if (is_relaxed && kept.ends_with(' ')) kept.pop_back();
        lines.push_back(kept);
    }
    while (!lines.empty() && lines.back().empty())
        lines.pop_back();
    std::string result;
    for (const std::string& line : lines)
        result.append(line).append("\r\n");
    return result.empty() && !is_relaxed ? "\r\n" : result;
}

} // namespace

TEST_CASE("auth/canonical: the examples of the RFC")
{
    // [RFC6376 3.4.5]
    const std::string_view body = " C \r\nD \t E\r\n\r\n\r\n";
    CHECK(simple(body) == " C \r\nD \t E\r\n");
    CHECK(relaxed(body) == " C\r\nD E\r\n");
    CHECK(canonical_field(Canonicalization::relaxed, "A: X\r\n") == "a:X\r\n");
    CHECK(canonical_field(Canonicalization::relaxed, "B : Y\t\r\n\tZ  \r\n") == "b:Y Z\r\n");
    CHECK(canonical_field(Canonicalization::simple, "B : Y\t\r\n\tZ  \r\n") ==
          "B : Y\t\r\n\tZ  \r\n");
}

TEST_CASE("auth/canonical: nothing, and nothing but empty lines")
{
    for (const std::string_view body : {"", "\n", "\r\n", "\r\n\n\r\n"}) {
        CHECK(simple(body) == "\r\n");
        CHECK(relaxed(body).empty());
    }
    CHECK(relaxed(" \t\r\n  ").empty());
    CHECK(simple(" ") == " \r\n");
}

TEST_CASE("auth/canonical: LF gives what CRLF gives, a missing last line end what one gives")
{
    CHECK(simple("a\n b\n") == simple("a\r\n b\r\n"));
    CHECK(relaxed("a  \n b") == relaxed("a\r\n b\r\n\r\n"));
    CHECK(canonical_field(Canonicalization::simple, "A: b\n c") == "A: b\r\n c\r\n");
    CHECK(canonical_field(Canonicalization::relaxed, "A:  b \n  c \n") == "a:b c\r\n");
    CHECK(canonical_field(Canonicalization::relaxed, "A:\n") == "a:\r\n");
}

TEST_CASE("auth/canonical: a carriage return that ends no line is a byte")
{
    CHECK(simple("a\rb\r\r\n") == "a\rb\r\r\n");
    CHECK(relaxed("a \r b \r") == "a \r b \r\r\n");
    CHECK(canonical_field(Canonicalization::relaxed, "A: b\rc\r\n") == "a:b\rc\r\n");
}

TEST_CASE("auth/canonical: any cut gives the same, and what the RFC says")
{
    std::mt19937 random(42);
    const std::string_view letters = "  \t\t\r\n\n\r\n\nab";
    for (int round = 0; round < 20000; ++round) {
        std::string body;
        const std::size_t size = random() % 70;
        while (body.size() < size) {
            if (random() % 8 == 0) body.append(random() % 40, 'x');
            body.push_back(letters[random() % letters.size()]);
        }
        for (const auto form : {Canonicalization::simple, Canonicalization::relaxed}) {
            const std::string wanted = by_the_book(form, body);
            REQUIRE_MESSAGE(canonical(form, body) == wanted, printable(body));
            REQUIRE_MESSAGE(canonical(form, body, 1 + random() % 19) == wanted, printable(body));
        }
    }
}

TEST_CASE("auth/canonical: millions of empty lines, and text after them")
{
    const std::string body(3'000'000, '\n');
    CHECK(relaxed(body).empty());
    CHECK(relaxed(cat("a", body, "b")).size() == 1 + 6'000'000 + 3);
    CHECK(simple(cat("a", body)) == "a\r\n");
}

TEST_CASE("auth/canonical: a signature signs itself without its value")
{
    const std::string_view field = "DKIM-Signature: v=1;\r\n b= abc\r\n def ; t=1\r\n";
    const std::string_view raw = " abc\r\n def ";
    const std::string_view b = field.substr(field.find(raw), raw.size());
    CHECK(canonical_signature_field(Canonicalization::simple, field, b) ==
          "DKIM-Signature: v=1;\r\n b=; t=1");
    CHECK(canonical_signature_field(Canonicalization::relaxed, field, b) ==
          "dkim-signature:v=1; b=; t=1");
}
