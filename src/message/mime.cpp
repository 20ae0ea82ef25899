#include "message/mime.hpp"

#include "base/random.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <mimetic/contentdisposition.h>
#include <mimetic/contenttransferencoding.h>
#include <mimetic/contenttype.h>

namespace mn::mime
{
namespace
{

bool is_8_bit(std::string_view text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool has_8_bit(const Part& part)
{
    return is_8_bit(part.body) || std::any_of(part.parts.begin(), part.parts.end(), has_8_bit);
}

std::string content_type(const Part& part, const std::string& boundary)
{
    mimetic::ContentType type(part.type);
    if (!boundary.empty()) type.param("boundary", boundary);
    return type.str();
}

/// Fields, empty line, body. mimetic makes the values; the bytes are put together here, for it
/// would drop the content of message/rfc822 parts that it has not parsed itself.
void append(std::string& text, const Part& part)
{
    const std::string boundary =
        part.parts.empty() ? "" : cat("=_", hex(random_bits()), hex(random_bits()));
    text += make_field("Content-Type", content_type(part, boundary), "\n");
    // [RFC2046 5.2.1] allows nothing else for messages, and it is true for the rest.
    const mimetic::ContentTransferEncoding encoding(has_8_bit(part) ? "8bit" : "7bit");
    text += make_field("Content-Transfer-Encoding", encoding.str(), "\n");
    if (!part.disposition.empty())
        text += make_field("Content-Disposition",
                           mimetic::ContentDisposition(part.disposition).str(), "\n");
    text += "\n";
    text += part.body;
    // The line end before a boundary belongs to the boundary. [RFC2046 5.1.1]
    for (const Part& inner : part.parts) {
        text += cat("\n--", boundary, "\n");
        append(text, inner);
    }
    if (!boundary.empty()) text += cat("\n--", boundary, "--\n");
}

} // namespace

std::string compose(const Part& whole)
{
    std::string text = make_field("MIME-Version", "1.0", "\n");
    append(text, whole);
    return text;
}

} // namespace mn::mime
