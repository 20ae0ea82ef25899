#include "auth/authres.hpp"

#include "base/text.hpp"
#include "message/address.hpp"
#include "message/header.hpp"
#include "message/scanner.hpp"

#include <algorithm>

namespace mn::authres
{
namespace
{

constexpr std::size_t line_length = 78;

/// Longer texts are cut: nobody needs them, and a line has its limit.
constexpr std::size_t max_text = 300;

bool is_printable(char c)
{
    return c >= ' ' && c < 0x7f;
}

/// [RFC2045 5.1]
bool is_token_char(char c)
{
    return c > ' ' && c < 0x7f &&
           std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

bool is_keyword_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

bool is_token(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

std::string keyword(std::string_view text)
{
    std::string word = lower(text);
    std::replace_if(
        word.begin(), word.end(), [](char c) { return !is_keyword_char(c); }, '-');
    return word.empty() ? "-" : word;
}

/// One line of printable ASCII, in which these bytes have a backslash before them.
std::string escaped(std::string_view text, std::string_view special)
{
    std::string result;
    for (const char c : text.substr(0, max_text)) {
        if (special.find(c) != std::string_view::npos) result.push_back('\\');
        result.push_back(is_printable(c) ? c : '?');
    }
    return result;
}

std::string quoted(std::string_view text)
{
    return cat("\"", escaped(text, "\"\\"), "\"");
}

/// A dot-atom of any length [RFC5322 3.2.3], or nothing, as in "@example.org".
bool is_plain_local_part(std::string_view local)
{
    return std::all_of(local.begin(), local.end(),
                       [](char c) { return c == '.' || is_local_part(std::string_view(&c, 1)); });
}

/// A token or an address as it is; anything else quoted. [RFC8601 2.2]
std::string written_value(std::string_view text)
{
    const std::size_t at = text.rfind('@');
    const bool is_plain =
        at == std::string_view::npos
            ? is_token(text)
            : is_token(text.substr(at + 1)) && is_plain_local_part(text.substr(0, at));
    return is_plain && text.size() <= max_text ? std::string(text) : quoted(text);
}

/// Adds words to a field, on a new line where the old one gets too long.
class Folder
{
public:
    explicit Folder(std::string& text) : text_(text), column_(text.size()) {}

    void add(std::string_view word)
    {
        const bool fits = column_ + 1 + word.size() <= line_length;
        text_.append(fits ? " " : "\n  ").append(word);
        column_ = word.size() + (fits ? column_ + 1 : 2);
    }

    void begin_line(std::string_view word)
    {
        text_.append("\n ").append(word);
        column_ = word.size() + 1;
    }

private:
    std::string& text_;
    std::size_t column_;
};

void write_method(Folder& folder, const Method& method)
{
    folder.begin_line(cat(keyword(method.method), "=", keyword(method.result)));
    if (!method.comment.empty()) folder.add(cat("(", escaped(method.comment, "()\\"), ")"));
    if (!method.reason.empty()) folder.add(cat("reason=", quoted(method.reason)));
    for (const Property& property : method.properties)
        folder.add(cat(keyword(property.type), ".", keyword(property.property), "=",
                       written_value(property.value)));
}

std::optional<std::string> take_keyword(Scanner& scanner)
{
    const std::string_view word = scanner.take_while(is_keyword_char);
    if (word.empty()) return std::nullopt;
    return lower(word);
}

/// This byte, with comments around it.
bool take_sign(Scanner& scanner, char sign)
{
    return scanner.skip_comments() && scanner.take(sign) && scanner.skip_comments();
}

/// A token or a quoted string, or the two halves of an address. More bytes are taken than the RFC
/// has in a token, as many write a signature or an IPv6 address without quotes.
std::optional<std::string> take_value(Scanner& scanner)
{
    const auto is_value_char = [](char c) {
        return static_cast<unsigned char>(c) > ' ' && c != 0x7f && c != ';' && c != '(' &&
               c != ')' && c != '"';
    };
    auto value = scanner.take_quoted();
    if (!value) {
        const std::string_view token = scanner.take_while(is_value_char);
        if (token.empty()) return std::nullopt;
        return std::string(token);
    }
    if (scanner.peek() == '@') value->append(scanner.take_while(is_value_char));
    return value;
}

/// "reason=value" or "type.property=value".
bool take_property(Scanner& scanner, Method& method)
{
    const auto type = take_keyword(scanner);
    if (!type) return false;
    if (!scanner.skip_comments()) return false;
    if (*type == "reason" && scanner.peek() == '=') {
        if (!take_sign(scanner, '=')) return false;
        auto value = take_value(scanner);
        if (value) method.reason = std::move(*value);
        return value.has_value();
    }
    if (!take_sign(scanner, '.')) return false;
    const auto property = take_keyword(scanner);
    if (!property || !take_sign(scanner, '=')) return false;
    auto value = take_value(scanner);
    if (value) method.properties.push_back({*type, *property, std::move(*value)});
    return value.has_value();
}

/// "method/version=result" and all that belongs to it.
std::optional<Method> take_method(Scanner& scanner)
{
    Method method;
    const auto name = take_keyword(scanner);
    if (!name || !scanner.skip_comments()) return std::nullopt;
    method.method = *name;
    if (scanner.peek() == '/' && (!take_sign(scanner, '/') || !take_keyword(scanner)))
        return std::nullopt;
    if (!take_sign(scanner, '=')) return std::nullopt;
    const auto result = take_keyword(scanner);
    if (!result || !scanner.skip_comments(&method.comment)) return std::nullopt;
    method.result = *result;
    while (!scanner.at_end() && scanner.peek() != ';')
        if (!take_property(scanner, method) || !scanner.skip_comments()) return std::nullopt;
    return method;
}

/// The version that may follow the authserv-id.
bool skip_version(Scanner& scanner)
{
    scanner.take_while([](char c) { return c >= '0' && c <= '9'; });
    return scanner.skip_comments();
}

/// ";" and a method, as often as there are some. A ";" with nothing behind it is forgiven.
bool take_methods(Scanner& scanner, std::vector<Method>& methods)
{
    while (scanner.take(';')) {
        if (!scanner.skip_comments()) return false;
        if (scanner.at_end()) return true;
        Scanner ahead = scanner;
        if (methods.empty() && take_keyword(ahead) == "none" && ahead.skip_comments() &&
            ahead.at_end()) {
            scanner = ahead;
            return true;
        }
        auto method = take_method(scanner);
        if (!method) return false;
        methods.push_back(std::move(*method));
    }
    return scanner.at_end();
}

} // namespace

std::string_view Method::property(std::string_view type, std::string_view name) const
{
    for (const Property& candidate : properties)
        if (equal_ignoring_case(candidate.type, type) &&
            equal_ignoring_case(candidate.property, name))
            return candidate.value;
    return {};
}

std::string write(const Results& results)
{
    std::string text =
        is_token(results.authserv_id) ? results.authserv_id : quoted(results.authserv_id);
    if (results.methods.empty()) return text + "; none";
    Folder folder(text);
    for (const Method& method : results.methods) {
        text.push_back(';');
        write_method(folder, method);
    }
    return text;
}

std::optional<Results> parse(std::string_view value)
{
    Results results;
    Scanner scanner(value);
    if (!scanner.skip_comments()) return std::nullopt;
    auto id = take_value(scanner);
    if (!id || !scanner.skip_comments() || !skip_version(scanner)) return std::nullopt;
    results.authserv_id = std::move(*id);
    if (scanner.peek() != ';' || !take_methods(scanner, results.methods)) return std::nullopt;
    return results;
}

std::string claimed_id(std::string_view value)
{
    Scanner scanner(value);
    if (!scanner.skip_comments()) return {};
    return lower(take_value(scanner).value_or(std::string()));
}

std::optional<Results> find(std::string_view header, std::string_view authserv_id)
{
    for (const HeaderField& field : header_fields(header)) {
        if (!field.is(field_name)) continue;
        auto results = parse(field.value);
        if (results && equal_ignoring_case(results->authserv_id, authserv_id)) return results;
    }
    return std::nullopt;
}

bool is_quarantined(std::string_view header, std::string_view authserv_id)
{
    const auto results = find(header, authserv_id);
    return results &&
           std::any_of(results->methods.begin(), results->methods.end(), [](const Method& method) {
               return method.method == "dmarc" &&
                      equal_ignoring_case(method.property("policy", "dmarc"), "quarantine");
           });
}

} // namespace mn::authres
