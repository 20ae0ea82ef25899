#include "message/content_type.hpp"

#include "base/text.hpp"
#include "message/scanner.hpp"

#include <algorithm>

namespace mn
{
namespace
{

constexpr std::size_t max_parameters = 20;

/// [RFC2045 5.1]
bool is_token_char(char c)
{
    return c > ' ' && c < '\x7f' &&
           std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

std::string take_token(Scanner& scanner)
{
    return std::string(scanner.take_while(is_token_char));
}

/// What follows ";"; false when it is no parameter.
bool take_parameter(Scanner& scanner, ContentType& into)
{
    const std::string name = lower(take_token(scanner));
    if (name.empty() || name.find('*') != std::string::npos || !scanner.skip_comments() ||
        !scanner.take('=') || !scanner.skip_comments())
        return false;
    if (std::any_of(into.parameters.begin(), into.parameters.end(),
                    [&](const auto& known) { return known.first == name; }))
        return false;
    auto quoted = scanner.take_quoted();
    std::string value = quoted ? std::move(*quoted) : take_token(scanner);
    if (!quoted && value.empty()) return false;
    into.parameters.emplace_back(name, std::move(value));
    return into.parameters.size() <= max_parameters;
}

} // namespace

bool ContentType::is(std::string_view wanted_type, std::string_view wanted_subtype) const
{
    return type == wanted_type && subtype == wanted_subtype;
}

std::string_view ContentType::parameter(std::string_view name) const
{
    for (const auto& [known, value] : parameters)
        if (known == name) return value;
    return "";
}

std::optional<ContentType> parse_content_type(std::string_view value)
{
    Scanner scanner(value);
    ContentType found;
    if (!scanner.skip_comments()) return std::nullopt;
    found.type = lower(take_token(scanner));
    if (!scanner.skip_comments() || !scanner.take('/') || !scanner.skip_comments())
        return std::nullopt;
    found.subtype = lower(take_token(scanner));
    if (found.type.empty() || found.subtype.empty()) return std::nullopt;
    for (;;) {
        if (!scanner.skip_comments()) return std::nullopt;
        if (scanner.at_end()) return found;
        if (!scanner.take(';') || !scanner.skip_comments()) return std::nullopt;
        // A ";" at the very end is common, and harmless.
        if (scanner.at_end()) return found;
        if (!take_parameter(scanner, found)) return std::nullopt;
    }
}

Delimiter delimiter_of(std::string_view line, std::string_view boundary)
{
    if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return Delimiter::none;
    std::string_view rest = line.substr(2 + boundary.size());
    const bool is_last = rest.starts_with("--");
    if (is_last) rest.remove_prefix(2);
    if (!trim(rest).empty()) return Delimiter::none;
    return is_last ? Delimiter::last : Delimiter::next;
}

} // namespace mn
