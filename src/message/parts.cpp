#include "message/parts.hpp"

#include "base/text.hpp"
#include "message/content_type.hpp"
#include "message/header.hpp"
#include "message/transfer_decoding.hpp"

#include <algorithm>

namespace mn
{
namespace
{

constexpr std::size_t max_boundary = 998;

bool is_token(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
    });
}

/// word: as the field has it. Half a type is what old programs meant by it.
std::string type_of(const std::string& word)
{
    const std::size_t slash = word.find('/');
    if (slash != std::string::npos && is_token(std::string_view(word).substr(0, slash)) &&
        is_token(std::string_view(word).substr(slash + 1)))
        return word;
    return word == "text" || word.empty() ? "text/plain" : "application/octet-stream";
}

/// What waits to be read. The first is the whole message.
struct Entity {
    std::string_view text;
    std::size_t parent = 0;
    std::size_t depth = 0;
    const char* default_type = "text/plain";
};

/// A line that cannot be in a header ends it, empty or not: programs forget the empty line.
MessageParts split_entity(std::string_view text)
{
    const MessageParts parts = split_message(text);
    std::size_t length = 0;
    for (const HeaderField& field : header_fields(parts.header)) {
        const bool is_of_mbox = field.text.starts_with("From ") || field.text.starts_with(">From ");
        if (field.name.empty() && !is_of_mbox)
            return {text.substr(0, length), {}, text.substr(length)};
        length += field.text.size();
    }
    return parts;
}

Part read_part(const Entity& entity)
{
    const MessageParts pieces = split_entity(entity.text);
    Part part;
    part.header = pieces.header;
    part.body = pieces.body;
    part.parent = entity.parent;
    part.depth = entity.depth;
    part.type = entity.default_type;
    bool has_type = false;
    for (const HeaderField& field : header_fields(pieces.header)) {
        if (field.is("Content-Type") && !has_type) {
            FieldValue value = read_field_value(field.value);
            has_type = true;
            part.type = type_of(value.word);
            part.parameters = std::move(value.parameters);
        } else if (field.is("Content-Disposition") && part.disposition.empty()) {
            const FieldValue value = read_field_value(field.value);
            part.disposition = value.word;
            part.name = find(value.parameters, "filename");
        } else if (field.is("Content-Transfer-Encoding") && part.encoding.empty()) {
            part.encoding = read_field_value(field.value).word;
        }
    }
    if (part.name.empty()) part.name = find(part.parameters, "name");
    return part;
}

/// A line that divides the parts of a multipart.
struct Divider {
    std::size_t begin = std::string_view::npos; ///< with the line end before it [RFC2046 5.1.1]
    std::size_t end = 0;                        ///< of the line, its line end included
    bool is_last = false;
};

Divider next_divider(std::string_view body, std::size_t from, std::string_view mark)
{
    // mark: "\n--boundary"; the first line of a body has no line end before it.
    std::size_t at = from == 0 && body.starts_with(mark.substr(1)) ? 0 : body.find(mark, from);
    while (at != std::string_view::npos) {
        const std::size_t line_begin = body[at] == '\n' ? at + 1 : at;
        const std::size_t line_end = std::min(body.find('\n', line_begin), body.size());
        const std::string_view line = body.substr(line_begin, line_end - line_begin);
        const Delimiter kind = delimiter_of(line, mark.substr(3));
        if (kind != Delimiter::none) {
            const bool has_cr = at > from && body[at - 1] == '\r';
            return {has_cr ? at - 1 : at, std::min(line_end + 1, body.size()),
                    kind == Delimiter::last};
        }
        at = body.find(mark, line_end);
    }
    return {};
}

class Reader
{
public:
    explicit Reader(std::string_view message) { waiting_.push_back({.text = message}); }

    Parts read()
    {
        while (!waiting_.empty()) {
            const Entity entity = waiting_.back();
            waiting_.pop_back();
            parts_.list.push_back(read_part(entity));
            look_inside(parts_.list.size() - 1);
        }
        set_ends();
        return std::move(parts_);
    }

private:
    void look_inside(std::size_t index)
    {
        const Part& part = parts_.list[index];
        const bool is_message = part.type == "message/rfc822" || part.type == "message/global";
        const bool is_encoded = part.encoding == "base64" || part.encoding == "quoted-printable";
        if (is_encoded || (!is_message && !part.is_multipart())) return; // [RFC2046 5.2.1]
        if (part.depth >= max_depth) {
            parts_.is_cut = true;
        } else if (is_message) {
            wait({.text = part.body, .parent = index, .depth = part.depth + 1});
        } else {
            look_between_dividers(index);
        }
    }

    void look_between_dividers(std::size_t index)
    {
        const Part& part = parts_.list[index];
        const std::string_view boundary = find(part.parameters, "boundary");
        if (boundary.empty() || boundary.size() > max_boundary) return;
        const std::string mark = cat("\n--", boundary);
        const std::size_t first = waiting_.size();
        Divider before = next_divider(part.body, 0, mark);
        while (before.begin != std::string_view::npos && !before.is_last) {
            // The line end before a divider belongs to it, but ends the line before as well.
            const std::size_t from = before.end == 0 ? 0 : before.end - 1;
            const Divider after = next_divider(part.body, from, mark);
            const std::size_t end = std::max(std::min(after.begin, part.body.size()), before.end);
            const bool is_rest = after.begin == std::string_view::npos;
            if (!(is_rest && end == before.end) &&
                !wait({.text = part.body.substr(before.end, end - before.end),
                       .parent = index,
                       .depth = part.depth + 1,
                       .default_type =
                           part.type == "multipart/digest" ? "message/rfc822" : "text/plain"}))
                break;
            before = after;
        }
        // The next to be read is the last of those that wait.
        std::reverse(waiting_.begin() + static_cast<std::ptrdiff_t>(first), waiting_.end());
    }

    /// False: there are too many.
    bool wait(const Entity& entity)
    {
        if (parts_.list.size() + waiting_.size() >= max_parts) {
            parts_.is_cut = true;
            return false;
        }
        waiting_.push_back(entity);
        return true;
    }

    void set_ends()
    {
        for (std::size_t i = parts_.list.size(); i-- > 0;) {
            Part& part = parts_.list[i];
            part.end = std::max(part.end, i + 1);
            Part& parent = parts_.list[part.parent];
            parent.end = std::max(parent.end, part.end);
        }
    }

    Parts parts_;
    std::vector<Entity> waiting_; ///< the next one last
};

} // namespace

Parts read_parts(std::string_view message)
{
    return Reader(message).read();
}

std::string decoded(const Part& part)
{
    return decode_transfer(part.encoding, part.body);
}

} // namespace mn
