#include "list/footer.hpp"

#include "base/random.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "crypto/base64.hpp"
#include "message/content_type.hpp"
#include "message/header.hpp"
#include "message/transfer_encoding.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace mn::list
{
namespace
{

enum class Encoding { plain, quoted_printable, base64, unknown };

/// What the header says of the body.
struct Content {
    std::optional<ContentType> type; ///< none: text/plain in ASCII
    Encoding encoding = Encoding::plain;
    bool is_certain = true; ///< no field twice, every field well-formed
};

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Encoding encoding_of(std::string_view value)
{
    const std::string name(trim(lower(unfolded(value))));
    if (name == "7bit" || name == "8bit" || name == "binary") return Encoding::plain;
    if (name == "quoted-printable") return Encoding::quoted_printable;
    return name == "base64" ? Encoding::base64 : Encoding::unknown;
}

Content content_of(std::string_view header)
{
    Content content;
    int types = 0;
    int encodings = 0;
    for (const HeaderField& field : header_fields(header)) {
        if (field.is("Content-Type")) {
            content.type = parse_content_type(field.value);
            if (!content.type || ++types > 1) content.is_certain = false;
        } else if (field.is("Content-Transfer-Encoding")) {
            content.encoding = encoding_of(field.value);
            if (++encodings > 1) content.is_certain = false;
        }
    }
    const bool is_multipart = content.type && content.type->type == "multipart";
    if (content.encoding == Encoding::unknown ||
        (is_multipart && content.encoding != Encoding::plain))
        content.is_certain = false;
    return content;
}

/// What must arrive as it was sent, or is for machines.
bool must_stay(const ContentType& type)
{
    if (type.type == "message") return true;
    if (type.type == "multipart")
        return type.subtype == "signed" || type.subtype == "encrypted" ||
               type.subtype == "report" || type.parameter("boundary").empty();
    if (type.type != "application") return false;
    return type.subtype.find("pkcs7") != std::string::npos || type.subtype.starts_with("pgp");
}

/// May ASCII be put at the end of a text in this alphabet?
bool takes_ascii(std::string_view charset)
{
    constexpr auto others = std::to_array<std::string_view>(
        {"utf-16", "utf-32", "utf-7", "ucs-", "unicode", "iso-10646", "iso-2022", "ebcdic", "ibm",
         "cp0", "hz-", "utf16", "utf32", "utf7", "csunicode"});
    const std::string name = lower(charset);
    // Code pages of IBM are ASCII or EBCDIC; nobody writes mail in them.
    return std::none_of(others.begin(), others.end(),
                        [&](std::string_view other) { return name.starts_with(other); });
}

/// With every line end like this one, and one at the end.
std::string with_line_ends(std::string_view text, std::string_view line_end)
{
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    std::string lines;
    for (std::string_view line : split(text, '\n')) {
        while (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.append(cat(line, line_end));
    }
    return lines;
}

void end_last_line(std::string& text, std::string_view line_end)
{
    if (!text.empty() && !text.ends_with('\n')) text.append(line_end);
}

/// Replaces the field where it stands, or adds it at the end.
void set_field(std::string& header, std::string_view name, std::string_view value)
{
    const std::string field = make_field(name, value, line_end_of(header));
    std::string changed;
    bool is_done = false;
    for (const HeaderField& old : header_fields(header)) {
        if (!old.is(name)) {
            changed.append(old.text);
        } else if (!is_done) {
            changed.append(field);
            is_done = true;
        }
    }
    if (!is_done) changed.append(field);
    header = std::move(changed);
}

class Footer
{
public:
    Footer(MessageText& post, std::string_view footer)
        : post_(post), line_end_(line_end_of(post.header)), footer_(footer)
    {
    }

    bool add();

private:
    bool add_to_text(const Content& content);
    bool add_to_base64();
    void add_part(std::string_view boundary);
    void wrap();
    std::string part() const;

    MessageText& post_;
    std::string line_end_;
    std::string_view footer_;
};

/// False: it needs a part of its own.
bool Footer::add_to_text(const Content& content)
{
    const std::string charset =
        content.type ? lower(content.type->parameter("charset")) : std::string();
    const bool is_unsaid = charset.empty() || charset == "us-ascii";
    const bool is_utf8 = charset == "utf-8";
    if (is_ascii(footer_)) {
        if (!takes_ascii(charset)) return false;
    } else if (is_unsaid && (content.encoding != Encoding::plain || !is_ascii(post_.body) ||
                             (content.type && content.type->parameters.size() > 1))) {
        return false;
    } else if (!is_utf8 && !is_unsaid) {
        return false;
    }
    if (content.encoding == Encoding::base64) return add_to_base64();
    end_last_line(post_.body, line_end_);
    const bool is_quoted = content.encoding == Encoding::quoted_printable;
    // A soft line break at the very end would join the footer to the last line.
    if (is_quoted && trim(post_.body).ends_with('=')) post_.body.append(line_end_);
    const std::string lines = with_line_ends(footer_, is_quoted ? "\n" : line_end_);
    post_.body.append(is_quoted ? quoted_printable(lines, line_end_) : lines);
    if (is_quoted || is_ascii(footer_)) return true;
    if (is_unsaid) set_field(post_.header, "Content-Type", "text/plain; charset=utf-8");
    if (is_unsaid) set_field(post_.header, "MIME-Version", "1.0");
    set_field(post_.header, "Content-Transfer-Encoding", "8bit");
    return true;
}

bool Footer::add_to_base64()
{
    auto text = base64::decode_folded(post_.body);
    if (!text) return false;
    const std::string inner = text->find("\r\n") == std::string::npos ? "\n" : "\r\n";
    end_last_line(*text, inner);
    text->append(with_line_ends(footer_, inner));
    post_.body = folded_base64(*text, line_end_);
    return true;
}

/// The footer as a part: its header, its lines.
std::string Footer::part() const
{
    const bool is_plain = is_ascii(footer_);
    return cat("Content-Type: text/plain; charset=", is_plain ? "us-ascii" : "utf-8", line_end_,
               "Content-Transfer-Encoding: ", is_plain ? "7bit" : "8bit", line_end_,
               "Content-Disposition: inline", line_end_, line_end_,
               with_line_ends(footer_, line_end_));
}

/// Before the end of the multipart, or where it should have ended. [RFC2046 5.1.1]
void Footer::add_part(std::string_view boundary)
{
    const std::string_view body = post_.body;
    std::size_t end = body.size();
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t next = std::min(body.find('\n', at), body.size() - 1) + 1;
        if (delimiter_of(body.substr(at, next - at), boundary) == Delimiter::last) {
            end = at;
            break;
        }
        at = next;
    }
    std::string rest(body.substr(end));
    post_.body.resize(end);
    end_last_line(post_.body, line_end_);
    if (rest.empty()) rest = cat("--", boundary, "--", line_end_);
    post_.body.append(cat("--", boundary, line_end_, part(), rest));
}

/// The post as it is becomes the first part, the footer the second.
void Footer::wrap()
{
    std::string boundary;
    do
        boundary = cat("=_", hex(random_bits()), hex(random_bits()));
    while (post_.body.find(boundary) != std::string::npos);

    std::string outer;
    std::string inner;
    for (const HeaderField& field : header_fields(post_.header)) {
        const bool is_about_content = lower(field.name).starts_with("content-");
        (is_about_content ? inner : outer).append(field.text);
    }
    set_field(outer, "MIME-Version", "1.0");
    set_field(outer, "Content-Type", cat("multipart/mixed; boundary=\"", boundary, "\""));
    end_last_line(post_.body, line_end_);
    post_.header = std::move(outer);
    post_.body = cat("--", boundary, line_end_, inner, line_end_, post_.body, "--", boundary,
                     line_end_, part(), "--", boundary, "--", line_end_);
}

bool Footer::add()
{
    const Content content = content_of(post_.header);
    if (!content.is_certain || (content.type && must_stay(*content.type))) return false;
    if (post_.separator.empty()) {
        // Cut off in mid-header: nobody looks for a footer there.
        if (!post_.header.empty() && !post_.header.ends_with('\n')) return false;
        post_.separator = line_end_;
    }
    const bool is_text = !content.type || content.type->is("text", "plain");
    const bool is_mixed = content.type && content.type->is("multipart", "mixed");
    if (is_text && add_to_text(content)) return true;
    const bool is_8bit = !is_ascii(footer_) || (!is_mixed && !is_ascii(post_.body));
    if (is_mixed)
        add_part(content.type->parameter("boundary"));
    else
        wrap();
    // An 8-bit part makes the whole an 8-bit message. [RFC2045 6.4]
    if (is_8bit) set_field(post_.header, "Content-Transfer-Encoding", "8bit");
    return true;
}

} // namespace

bool add_footer(MessageText& post, std::string_view footer)
{
    if (trim(footer).empty() || !utf8::is_valid(footer) ||
        footer.find('\0') != std::string_view::npos)
        return false;
    return Footer(post, footer).add();
}

} // namespace mn::list
