#include "message/parts.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace mn;

namespace
{

std::string multipart(std::string_view boundary, std::initializer_list<std::string_view> parts,
                      std::string_view subtype = "mixed")
{
    std::string text =
        cat("Content-Type: multipart/", subtype, "; boundary=\"", boundary, "\"\n\n");
    for (const std::string_view part : parts)
        text += cat("--", boundary, "\n", part, "\n");
    return text + cat("--", boundary, "--\n");
}

/// "type(type type)" of all of it.
std::string outline(const Parts& parts, std::size_t index = 0)
{
    const Part& part = parts.list[index];
    std::string text = part.type;
    if (!part.is_container(index)) return text;
    std::string inside;
    for (std::size_t i = index + 1; i < part.end; i = parts.list[i].end)
        inside += cat(inside.empty() ? "" : " ", outline(parts, i));
    return cat(text, "(", inside, ")");
}

} // namespace

TEST_CASE("message/parts: a plain message is one part")
{
    const Parts parts = read_parts("Subject: x\nContent-Transfer-Encoding: BASE64\n\nZm9v\n");
    REQUIRE(parts.list.size() == 1);
    CHECK(parts.list[0].type == "text/plain");
    CHECK(parts.list[0].body == "Zm9v\n");
    CHECK(decoded(parts.list[0]) == "foo");
    CHECK(read_parts("").list.size() == 1);
}

TEST_CASE("message/parts: multiparts within multiparts, in their order")
{
    const std::string inner =
        multipart("in", {"\none", "Content-Type: text/html\n\ntwo"}, "alternative");
    const std::string message =
        cat("preamble: x\n", multipart("out", {inner, "Content-Type: image/png\n\nthree\n"}),
            "epilogue");
    const Parts parts = read_parts(message);
    CHECK(outline(parts) ==
          "multipart/mixed(multipart/alternative(text/plain text/html) image/png)");
    CHECK(parts.list[2].body == "one");
    CHECK(parts.list[3].body == "two");
    CHECK(parts.list[4].body == "three\n");
    CHECK(parts.list[3].depth == 2);
    CHECK(parts.list[3].parent == 1);
    CHECK_FALSE(parts.is_cut);
}

TEST_CASE("message/parts: CRLF")
{
    const Parts parts = read_parts("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                                   "--b \r\n\r\none\r\n\r\n--b\r\n\r\n--b--\r\n");
    REQUIRE(parts.list.size() == 3);
    CHECK(parts.list[1].body == "one\r\n");
    CHECK(parts.list[2].body.empty());
}

TEST_CASE("message/parts: boundaries that are damaged")
{
    const auto outline_of = [](std::string_view body) {
        return outline(read_parts(cat("Content-Type: multipart/mixed; boundary=b\n\n", body)));
    };
    CHECK(outline_of("--b\n\none") == "multipart/mixed(text/plain)");
    CHECK(outline_of("--b\n\none\n--b\n") == "multipart/mixed(text/plain)");
    CHECK(outline_of("--bb\n\none\n--b-\n") == "multipart/mixed");
    CHECK(outline_of("no parts") == "multipart/mixed");
    CHECK(outline_of("--b--\n\nx\n--b\n\nlate\n--b--") == "multipart/mixed");
    CHECK(outline(read_parts("Content-Type: multipart/mixed\n\n--\n\nx\n----\n")) ==
          "multipart/mixed");
    // The outer one ends the inner one, too.
    const std::string nested =
        multipart("out", {"Content-Type: multipart/mixed; boundary=in\n\n--in\n\none", "\ntwo"});
    const Parts parts = read_parts(nested);
    CHECK(outline(parts) == "multipart/mixed(multipart/mixed(text/plain) text/plain)");
    CHECK(parts.list[2].body == "one");
}

TEST_CASE("message/parts: a part without an empty line has no header")
{
    const std::string message =
        multipart("b", {"just text\nand more", "Content-Type: text/html\n<p>x"});
    const Parts parts = read_parts(message);
    CHECK(outline(parts) == "multipart/mixed(text/plain text/html)");
    CHECK(parts.list[1].body == "just text\nand more");
    CHECK(parts.list[2].body == "<p>x");
    CHECK(read_parts("From a@x\n>From b@x\nSubject: x\n\nhi").list[0].body == "hi");
}

TEST_CASE("message/parts: attached messages")
{
    const std::string inner = "From: a@x.example\nContent-Type: text/html\n\nhello";
    CHECK(outline(read_parts(multipart("b", {cat("Content-Type: message/rfc822\n\n", inner)}))) ==
          "multipart/mixed(message/rfc822(text/html))");
    CHECK(outline(read_parts(multipart("b", {cat("\n", inner)}, "digest"))) ==
          "multipart/digest(message/rfc822(text/html))");
    CHECK(outline(read_parts(
              "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nZm9v")) ==
          "message/rfc822");
}

TEST_CASE("message/parts: types and names")
{
    const auto first = [](std::string_view message) { return read_parts(message).list.front(); };
    CHECK(first("Content-Type: TEXT/HTML; x\n\n").type == "text/html");
    CHECK(first("Content-Type: text\n\n").type == "text/plain");
    CHECK(first("Content-Type: a/b/c\n\n").type == "application/octet-stream");
    CHECK(first("Content-Type: a/\"><script>\n\n").type == "application/octet-stream");
    CHECK(first("Content-Type: \n\n").type == "text/plain");
    CHECK(first("Content-Type: a/b\nContent-Type: c/d\n\n").type == "a/b");
    const Part part = first("Content-Type: image/png; name=a.png\n"
                            "Content-Disposition: Attachment; filename=b.png\n\n");
    CHECK(part.disposition == "attachment");
    CHECK(part.name == "b.png");
    CHECK(first("Content-Type: image/png; name=a.png\n\n").name == "a.png");
}

TEST_CASE("message/parts: too many, too deep")
{
    std::string many = "Content-Type: multipart/mixed; boundary=b\n\n";
    for (int i = 0; i < 10000; ++i)
        many += "--b\n\nx\n";
    const Parts parts = read_parts(many);
    CHECK(parts.list.size() == max_parts);
    CHECK(parts.is_cut);

    std::string deep = "\nhello";
    for (int i = 0; i < 100; ++i)
        deep = multipart(cat("b", std::to_string(i)), {deep});
    const Parts chain = read_parts(deep);
    CHECK(chain.list.size() == max_depth + 1);
    CHECK(chain.is_cut);
    std::string messages;
    for (int i = 0; i < 1000; ++i)
        messages += "Content-Type: message/rfc822\n\n";
    CHECK(read_parts(messages).list.size() == max_depth + 1);
}
