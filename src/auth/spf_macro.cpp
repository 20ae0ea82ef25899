#include "auth/spf_macro.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace mn::spf
{
namespace
{

constexpr std::string_view delimiters = ".-+,/_=";
constexpr std::size_t max_name = 253;

bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// "%{ir-.}" taken apart.
struct Macro {
    char letter = 0; ///< lower case
    bool is_escaped = false;
    std::size_t parts = 0; ///< 0: all
    bool is_reversed = false;
    std::string_view delimiters = ".";
};

/// text begins behind "%{"; what belongs to the macro is cut off. Nothing when it is none.
std::optional<Macro> take_macro(std::string_view& text)
{
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    std::string_view body = text.substr(0, end);
    text.remove_prefix(end + 1);
    Macro macro;
    macro.letter = lower(body.substr(0, 1)).front();
    macro.is_escaped = macro.letter != body.front();
    if (std::string_view("slodiphvcrt").find(macro.letter) == std::string_view::npos)
        return std::nullopt;
    body.remove_prefix(1);
    const std::size_t digits = std::min(body.find_first_not_of("0123456789"), body.size());
    if (digits > 0) {
        // As many labels as no name has are all of them.
        macro.parts = parse_number(body.substr(0, digits)).value_or(max_expansion);
        if (macro.parts == 0) return std::nullopt;
        body.remove_prefix(digits);
    }
    if (!body.empty() && (body.front() == 'r' || body.front() == 'R')) {
        macro.is_reversed = true;
        body.remove_prefix(1);
    }
    if (body.find_first_not_of(delimiters) != std::string_view::npos) return std::nullopt;
    if (!body.empty()) macro.delimiters = body;
    return macro;
}

struct Allowed {
    bool spaces = false;
    bool explanation_letters = false;
};

struct Shape {
    std::optional<std::string> flaw;
    std::string_view tail; ///< literal text behind the last macro
    bool has_macro = false;
};

/// Every byte a literal, every % a macro. [RFC7208 7.1]
Shape check(std::string_view text, Allowed allowed)
{
    Shape shape;
    shape.tail = text;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c != '%') {
            if ((c < 0x21 || c > 0x7e) && !(c == ' ' && allowed.spaces)) {
                shape.flaw = "byte that is not allowed";
                return shape;
            }
            continue;
        }
        const char next = text.empty() ? '\0' : text.front();
        if (next != '{' && next != '%' && next != '_' && next != '-') {
            shape.flaw = "'%' without a macro";
            return shape;
        }
        text.remove_prefix(1);
        if (next == '{') {
            const auto macro = take_macro(text);
            if (!macro) {
                shape.flaw = "no such macro";
                return shape;
            }
            // [RFC7208 7.2]: c, r and t are for explanations
            const bool is_special =
                std::string_view("crt").find(macro->letter) != std::string_view::npos;
            if (is_special && !allowed.explanation_letters) {
                shape.flaw = "macro that is for explanations only";
                return shape;
            }
        }
        shape.tail = text;
        shape.has_macro = true;
    }
    return shape;
}

/// [RFC7208 7.1] toplabel
bool is_top_label(std::string_view label)
{
    const auto is_letter_or_digit = [](char c) { return is_alpha(c) || is_digit(c); };
    if (label.empty() || !is_letter_or_digit(label.front()) || !is_letter_or_digit(label.back()))
        return false;
    if (std::all_of(label.begin(), label.end(), is_digit)) return false;
    return std::all_of(label.begin(), label.end(),
                       [&](char c) { return is_letter_or_digit(c) || c == '-'; });
}

void append_bounded(std::string& result, std::string_view text)
{
    result.append(text);
    if (result.size() > 2 * max_expansion) result.erase(0, result.size() - max_expansion);
}

/// Bytes beyond the unreserved of a URI as %HH. [RFC7208 7.3]
std::string escaped(std::string_view text)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_alpha(c) || is_digit(c) ||
            std::string_view("-._~").find(c) != std::string_view::npos)
            result.append(1, c);
        else
            result.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 0xf]);
    }
    return result;
}

/// The address in parts that a name can be made of: 192.0.2.1, or 32 nibbles. [RFC7208 7.2]
std::string dotted(const IpAddress& address)
{
    if (address.is_v4()) return address.text();
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string result;
    for (const std::uint8_t byte : address.bytes()) {
        if (!result.empty()) result.append(".");
        result.append(1, digits[byte >> 4]).append(".").append(1, digits[byte & 0xf]);
    }
    return result;
}

std::string value_of(char letter, const MacroValues& values)
{
    switch (letter) {
    case 's':
        return cat(values.local, "@", values.sender_domain);
    case 'l':
        return std::string(values.local);
    case 'o':
        return std::string(values.sender_domain);
    case 'd':
        return std::string(values.domain);
    case 'h':
        return std::string(values.helo);
    case 'r':
        return std::string(values.receiver.empty() ? "unknown" : values.receiver);
    case 'i':
        return dotted(values.client);
    case 'c':
        return values.client.text();
    case 'v':
        return values.client.is_v4() ? "in-addr" : "ip6";
    case 't':
        return std::to_string(values.now);
    default: // p
        return values.validated_name ? values.validated_name() : "unknown";
    }
}

/// Split, turn round, keep the rightmost parts, join with dots. [RFC7208 7.3]
std::string transformed(const Macro& macro, const std::string& value)
{
    std::vector<std::string_view> parts;
    std::string_view rest = value;
    for (;;) {
        const std::size_t end = rest.find_first_of(macro.delimiters);
        parts.push_back(rest.substr(0, end));
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    if (macro.is_reversed) std::reverse(parts.begin(), parts.end());
    const std::size_t first =
        macro.parts != 0 && macro.parts < parts.size() ? parts.size() - macro.parts : 0;
    std::string result;
    for (std::size_t i = first; i < parts.size(); ++i) {
        if (i != first) result.append(".");
        result.append(parts[i]);
    }
    return result;
}

} // namespace

std::optional<std::string> flaw_of_domain_spec(std::string_view text)
{
    if (text.empty()) return "no domain";
    const Shape shape = check(text, {});
    if (shape.flaw) return shape.flaw;
    std::string_view tail = shape.tail;
    if (tail.empty()) return std::nullopt; // ends with a macro
    if (tail.back() == '.') tail.remove_suffix(1);
    const std::size_t dot = tail.rfind('.');
    if (dot == std::string_view::npos || !is_top_label(tail.substr(dot + 1)))
        return "not a domain name";
    return std::nullopt;
}

std::optional<std::string> flaw_of_macro_string(std::string_view text)
{
    return check(text, {.spaces = false, .explanation_letters = true}).flaw;
}

std::optional<std::string> flaw_of_explanation(std::string_view text)
{
    return check(text, {.spaces = true, .explanation_letters = true}).flaw;
}

std::string expand(std::string_view text, const MacroValues& values)
{
    std::string result;
    while (!text.empty()) {
        const std::size_t percent = std::min(text.find('%'), text.size());
        append_bounded(result, text.substr(0, percent));
        text.remove_prefix(percent);
        if (text.size() < 2) break;
        const char next = text[1];
        text.remove_prefix(2);
        if (next == '{') {
            const auto macro = take_macro(text);
            if (!macro) break;
            const std::string value = transformed(*macro, value_of(macro->letter, values));
            append_bounded(result, macro->is_escaped ? escaped(value) : value);
        } else {
            append_bounded(result, next == '%' ? "%" : next == '_' ? " " : "%20");
        }
    }
    if (result.size() > max_expansion) result.erase(0, result.size() - max_expansion);
    return result;
}

std::string fit_name(std::string_view expanded)
{
    if (!expanded.empty() && expanded.back() == '.') expanded.remove_suffix(1);
    while (expanded.size() > max_name) {
        const std::size_t dot = expanded.find('.');
        if (dot == std::string_view::npos) break;
        expanded.remove_prefix(dot + 1);
    }
    return std::string(expanded);
}

} // namespace mn::spf
