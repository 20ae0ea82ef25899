#include "base/text.hpp"
#include "message/header.hpp"
#include "message/mime.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using mn::mime::compose;
using mn::mime::Part;

namespace
{

std::string field(std::string_view entity, std::string_view name)
{
    const auto found = mn::find_field(mn::split_message(entity).header, name);
    return found ? mn::unfolded(found->value) : "";
}

/// The parts of a multipart, exactly, as a reader finds them.
std::vector<std::string> parts_of(std::string_view entity)
{
    const std::string type = field(entity, "Content-Type");
    const std::size_t begin = type.find("boundary=\"") + 10;
    const std::string mark = "\n--" + type.substr(begin, type.find('"', begin) - begin);
    // The empty line may be the line end before the first boundary.
    const std::string body = "\n" + std::string(mn::split_message(entity).body);
    std::vector<std::string> parts;
    std::size_t at = body.find(mark + "\n");
    while (at != std::string::npos && body.compare(at, mark.size() + 2, mark + "--") != 0) {
        const std::size_t from = at + mark.size() + 1;
        at = body.find(mark, from - 1);
        REQUIRE(at != std::string::npos);
        parts.push_back(body.substr(from, at - from));
    }
    return parts;
}

} // namespace

TEST_CASE("message/mime: parts come back byte for byte")
{
    const std::string ascii = "Subject: x\n\nno line end";
    const std::string foreign = "Subject: x\n\ncaf\xC3\xA9 \xFF\r\n\n\n";
    const std::string message =
        compose({.type = "multipart/mixed",
                 .parts = {{.type = "text/plain; charset=utf-8", .body = "topics\n"},
                           {.type = "multipart/digest",
                            .parts = {{.type = "message/rfc822",
                                       .disposition = "inline; filename=\"a b.eml\"",
                                       .body = ascii},
                                      {.type = "message/rfc822", .body = foreign}}}}});
    CHECK(field(message, "MIME-Version") == "1.0");
    CHECK(field(message, "Content-Transfer-Encoding") == "8bit");
    const auto parts = parts_of(message);
    REQUIRE(parts.size() == 2);
    CHECK(mn::split_message(parts[0]).body == "topics\n");
    CHECK(field(parts[0], "Content-Transfer-Encoding") == "7bit");
    CHECK(field(parts[1], "Content-Type").starts_with("multipart/digest; boundary="));
    CHECK(field(parts[1], "Content-Transfer-Encoding") == "8bit");
    const auto posts = parts_of(parts[1]);
    REQUIRE(posts.size() == 2);
    CHECK(mn::split_message(posts[0]).body == ascii);
    CHECK(field(posts[0], "Content-Type") == "message/rfc822");
    CHECK(field(posts[0], "Content-Disposition") == "inline; filename=\"a b.eml\"");
    CHECK(field(posts[0], "Content-Transfer-Encoding") == "7bit");
    CHECK(mn::split_message(posts[1]).body == foreign);
    CHECK(field(posts[1], "Content-Transfer-Encoding") == "8bit");
}

TEST_CASE("message/mime: nobody can guess a boundary")
{
    const Part part = {.type = "multipart/mixed", .parts = {{.type = "text/plain", .body = "x"}}};
    CHECK(field(compose(part), "Content-Type") != field(compose(part), "Content-Type"));
}
