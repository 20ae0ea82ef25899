#include "message/header.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mn
{
namespace
{

/// The first line of the text with its line end, or what there is of it.
std::string_view first_line(std::string_view text)
{
    const std::size_t end = text.find('\n');
    return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

std::string_view without_line_end(std::string_view line)
{
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/// Printable ASCII but for the colon. [RFC5322 3.6.8]
bool is_field_name(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(),
                                        [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
}

/// The part of the header that is one field: a line and the folded lines after it.
std::string_view first_field_text(std::string_view header)
{
    std::size_t length = first_line(header).size();
    while (length < header.size() && is_blank(header[length]))
        length += first_line(header.substr(length)).size();
    return header.substr(0, length);
}

HeaderField parse_field(std::string_view text)
{
    const std::size_t colon = first_line(text).find(':');
    if (colon == std::string_view::npos) return {text, {}, without_line_end(text)};
    std::string_view name = text.substr(0, colon);
    while (!name.empty() && is_blank(name.back()))
        name.remove_suffix(1);
    if (!is_field_name(name)) return {text, {}, without_line_end(text)};
    return {text, name, without_line_end(text.substr(colon + 1))};
}

/// Every line of the value but the first begins with a space or tab and has something in it, for
/// an empty line would end the header and a bare one begin a field. [RFC5322 2.2.3]
bool is_safe_value(std::string_view value)
{
    if (value.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos) return false;
    const auto lines = split(value, '\n');
    return std::all_of(lines.begin() + 1, lines.end(), [](std::string_view line) {
        return !trim(line).empty() && is_blank(line.front());
    });
}

} // namespace

MessageParts split_message(std::string_view message)
{
    std::size_t position = 0;
    while (position < message.size()) {
        const std::string_view line = first_line(message.substr(position));
        if (line == "\n" || line == "\r\n")
            return {message.substr(0, position), line, message.substr(position + line.size())};
        position += line.size();
    }
    return {message, {}, {}};
}

bool HeaderField::is(std::string_view wanted) const
{
    return !name.empty() && equal_ignoring_case(name, wanted);
}

std::vector<HeaderField> header_fields(std::string_view header)
{
    std::vector<HeaderField> fields;
    while (!header.empty()) {
        const std::string_view text = first_field_text(header);
        fields.push_back(parse_field(text));
        header.remove_prefix(text.size());
    }
    return fields;
}

std::optional<HeaderField> find_field(std::string_view header, std::string_view name)
{
    while (!header.empty()) {
        const HeaderField field = parse_field(first_field_text(header));
        if (field.is(name)) return field;
        header.remove_prefix(field.text.size());
    }
    return std::nullopt;
}

std::string unfolded(std::string_view value)
{
    std::string line;
    line.reserve(value.size());
    while (!value.empty()) {
        const std::string_view part = first_line(value);
        line.append(without_line_end(part));
        value.remove_prefix(part.size());
    }
    return std::string(trim(line));
}

std::string_view line_end_of(std::string_view text)
{
    return first_line(text).ends_with("\r\n") ? "\r\n" : "\n";
}

std::string make_field(std::string_view name, std::string_view value, std::string_view line_end)
{
    if (!is_field_name(name) || !is_safe_value(value))
        throw Error("4.3.0", "mail system error",
                    cat("refused to add a malformed header field: ", printable(name), ": ",
                        printable(value)));
    std::string field = cat(name, ":");
    for (const std::string_view line : split(value, '\n')) {
        if (!line.empty() && !is_blank(line.front())) field.append(" ");
        field.append(line).append(line_end);
    }
    return field;
}

std::string remove_fields(std::string_view header, std::string_view name)
{
    std::string kept;
    kept.reserve(header.size());
    while (!header.empty()) {
        const HeaderField field = parse_field(first_field_text(header));
        if (!field.is(name)) kept.append(field.text);
        header.remove_prefix(field.text.size());
    }
    return kept;
}

} // namespace mn
