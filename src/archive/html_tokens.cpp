#include "archive/html_tokens.hpp"

#include "archive/html_names.hpp"
#include "base/text.hpp"
#include "message/charset.hpp"

#include <algorithm>
#include <iterator>

namespace mn::archive
{
namespace
{

constexpr std::size_t max_name = 20;
constexpr std::size_t max_character_name = 32;

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_alphanumeric(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

bool ends_name(char c)
{
    return is_space(c) || c == '>' || c == '/';
}

/// Where the tag ends whose text begins there: ">" outside of quoted values. npos: never.
std::size_t tag_end(std::string_view text)
{
    char quote = '\0';
    char before = '\0'; // the last byte that is no space
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (c == '>') {
            return i;
        } else if ((c == '"' || c == '\'') && before == '=') {
            quote = c;
        }
        if (!is_space(c)) before = c;
    }
    return std::string_view::npos;
}

/// A "#123" or "#x7b" as text; "" : it is none.
std::string numbered(std::string_view name)
{
    const bool is_hex = name.starts_with("#x") || name.starts_with("#X");
    const std::string_view digits = name.substr(std::min<std::size_t>(is_hex ? 2 : 1, name.size()));
    if (digits.empty()) return "";
    std::uint32_t number = 0;
    for (const char c : digits) {
        const bool is_digit = c >= '0' && c <= '9';
        const char lowered = static_cast<char>(static_cast<unsigned char>(c) | 0x20U);
        const bool is_hex_letter = is_hex && lowered >= 'a' && lowered <= 'f';
        if (!is_digit && !is_hex_letter) return "";
        const auto value = static_cast<std::uint32_t>(is_digit ? c - '0' : lowered - 'a' + 10);
        number = std::min<std::uint32_t>(number * (is_hex ? 16 : 10) + value, 0x110000);
    }
    if (number < 0x80 || number > 0x9F) return utf8_of(number);
    // Programs count in windows-1252, and browsers let them.
    const char byte = static_cast<char>(number);
    return to_utf8("windows-1252", {&byte, 1}).value_or("");
}

} // namespace

std::optional<HtmlToken> HtmlTokens::next()
{
    while (!rest_.empty()) {
        const std::size_t tag = rest_.find('<');
        if (tag > 0) return take_text(std::min(tag, rest_.size()));
        if (skip_markup()) continue;
        const std::size_t name = rest_.starts_with("</") ? 2 : 1;
        if (name >= rest_.size() || !is_letter(rest_[name])) return take_text(1);
        HtmlToken token = take_tag();
        if (!token.name.empty()) return token;
    }
    return std::nullopt;
}

HtmlToken HtmlTokens::take_text(std::size_t end)
{
    HtmlToken token;
    token.text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return token;
}

/// Comments, and what else is no tag. False: none here.
bool HtmlTokens::skip_markup()
{
    const bool is_comment = rest_.starts_with("<!--");
    if (!is_comment && !rest_.starts_with("<!") && !rest_.starts_with("<?")) return false;
    const std::string_view mark = is_comment ? "-->" : ">";
    // "<!-->" is a whole comment.
    const std::size_t end = rest_.find(mark, 2);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + mark.size());
    return true;
}

HtmlToken HtmlTokens::take_tag()
{
    const bool is_end = rest_.starts_with("</");
    rest_.remove_prefix(is_end ? 2 : 1);
    const auto* const name_end = std::find_if(rest_.begin(), rest_.end(), ends_name);
    const auto length = static_cast<std::size_t>(name_end - rest_.begin());
    HtmlToken token;
    token.kind = is_end ? HtmlToken::Kind::end : HtmlToken::Kind::begin;
    token.name = lower(rest_.substr(0, std::min(length, max_name)));
    rest_.remove_prefix(length);
    const std::size_t end = tag_end(rest_);
    token.text = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (end == std::string_view::npos) token.name.clear();
    if (!is_end) skip_raw(token.name);
    return token;
}

/// What is between the tags of these is no text.
void HtmlTokens::skip_raw(std::string_view name)
{
    static constexpr std::string_view raw[] = {"script", "style", "title", "noembed", "iframe"};
    if (std::find(std::begin(raw), std::end(raw), name) == std::end(raw)) return;
    std::size_t at = rest_.find("</");
    while (at != std::string_view::npos &&
           !equal_ignoring_case(rest_.substr(at + 2, name.size()), name))
        at = rest_.find("</", at + 2);
    rest_.remove_prefix(std::min(at, rest_.size()));
}

std::string html_attribute(std::string_view tag, std::string_view name)
{
    while (!tag.empty()) {
        const std::size_t begin = tag.find_first_not_of(" \t\r\n\f/=");
        if (begin == std::string_view::npos) break;
        tag.remove_prefix(begin);
        const std::size_t name_end = std::min(tag.find_first_of(" \t\r\n\f/="), tag.size());
        const bool is_wanted = equal_ignoring_case(tag.substr(0, name_end), name);
        tag.remove_prefix(name_end);
        const std::size_t equals = tag.find_first_not_of(" \t\r\n\f");
        if (equals == std::string_view::npos || tag[equals] != '=') continue;
        tag.remove_prefix(equals + 1);
        tag.remove_prefix(std::min(tag.find_first_not_of(" \t\r\n\f"), tag.size()));
        const char quote = tag.empty() ? ' ' : tag.front();
        const bool is_quoted = quote == '"' || quote == '\'';
        if (is_quoted) tag.remove_prefix(1);
        const std::size_t end =
            std::min(is_quoted ? tag.find(quote) : tag.find_first_of(" \t\r\n\f"), tag.size());
        if (is_wanted) return html_characters(tag.substr(0, end));
        tag.remove_prefix(std::min(end + (is_quoted ? 1 : 0), tag.size()));
    }
    return "";
}

std::string html_characters(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find('&'), text.size());
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        std::size_t end = 1;
        while (end < text.size() && end <= max_character_name &&
               (is_alphanumeric(text[end]) || text[end] == '#'))
            ++end;
        const std::string_view name = text.substr(1, end - 1);
        std::string character;
        if (name.starts_with('#'))
            character = numbered(name);
        else if (const auto known = html_name(name))
            character = utf8_of(*known);
        const bool is_ended = end < text.size() && text[end] == ';';
        out.append(character.empty() ? text.substr(0, end) : std::string_view(character));
        text.remove_prefix(end + (is_ended && !character.empty() ? 1 : 0));
    }
    return out;
}

} // namespace mn::archive
