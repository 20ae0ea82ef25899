#include "auth/authres.hpp"
#include "base/text.hpp"
#include "message/header.hpp"
#include "message/scanner.hpp"

namespace mn::authres
{
namespace
{

bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/// Is id in the text as a whole name, not as a part of another one?
bool has_name(std::string_view text, std::string_view id)
{
    for (std::size_t at = 0; (at = text.find(id, at)) != std::string_view::npos; ++at) {
        const std::string_view after = text.substr(at + id.size());
        const bool begins = at == 0 || (!is_host_char(text[at - 1]) && text[at - 1] != '.');
        const bool ends = after.empty() || (!is_host_char(after[0]) && after[0] != '.') ||
                          (after[0] == '.' && (after.size() == 1 || !is_host_char(after[1])));
        if (begins && ends) return true;
    }
    return false;
}

/// Before the first semicolon, without what some reader may take out: comments, white space, quotes
/// and backslashes.
std::string squeezed(std::string_view value)
{
    std::string text;
    Scanner scanner(value);
    while (!scanner.at_end() && scanner.peek() != ';') {
        const char c = scanner.peek();
        if (c == '(' && scanner.skip_comments()) continue;
        if (!is_space(c) && c != '"' && c != '\\') text.push_back(c);
        scanner.skip();
        // A comment without end: none that follows it has one either.
        if (c == '(') break;
    }
    return text;
}

} // namespace

bool claims(std::string_view value, std::string_view authserv_id)
{
    const std::string id = lower(authserv_id);
    const std::string claimed = claimed_id(value);
    if (claimed.empty() || claimed == id) return true;
    const std::string text = lower(value);
    if (has_name(std::string_view(text).substr(0, text.find(';')), id)) return true;
    // With its version number glued to it, if white space was taken out.
    std::string head = squeezed(text);
    while (head.size() > id.size() && head.back() >= '0' && head.back() <= '9')
        head.pop_back();
    return has_name(head, id);
}

std::vector<unsigned> forged(std::string_view header, std::string_view authserv_id)
{
    std::vector<unsigned> which;
    unsigned count = 0;
    for (const HeaderField& field : header_fields(header)) {
        if (!field.is(field_name)) continue;
        ++count;
        if (claims(field.value, authserv_id)) which.push_back(count);
    }
    return which;
}

std::string remove(std::string_view header, std::string_view authserv_id)
{
    std::string kept;
    kept.reserve(header.size());
    for (const HeaderField& field : header_fields(header))
        if (!field.is(field_name) || !claims(field.value, authserv_id)) kept.append(field.text);
    return kept;
}

} // namespace mn::authres
