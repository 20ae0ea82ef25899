#include "archive/markup.hpp"

namespace mn::archive::markup
{
namespace
{

/// "" : the byte stands for itself.
std::string_view escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return "";
    }
}

bool is_special(char c)
{
    return c == '&' || c == '<' || c == '>' || c == '"' || c == '\x7f' ||
           (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t');
}

bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void append_percent(std::string& out, char c)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15U]);
}

} // namespace

void append_text(std::string& out, std::string_view text)
{
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_special(text[i])) continue;
        out.append(text.substr(done, i - done));
        out.append(escape_of(text[i]));
        done = i + 1;
    }
    out.append(text.substr(done));
}

std::string text(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    append_text(out, text);
    return out;
}

std::string link(std::string_view url)
{
    std::string out;
    for (const char c : url) {
        if (c == '&')
            out.append("&amp;");
        else if (is_unreserved(c) ||
                 std::string_view("%:/?#[]@!$'()*+,;=").find(c) != std::string_view::npos)
            out.push_back(c);
        else
            append_percent(out, c);
    }
    return out;
}

std::string piece(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c))
            out.push_back(c);
        else
            append_percent(out, c);
    }
    return out;
}

} // namespace mn::archive::markup
