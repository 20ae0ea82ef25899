#include "archive/clean_text.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "message/charset.hpp"

#include <algorithm>
#include <array>

namespace mn::archive
{
namespace
{

/// Embeds text of another direction, overrides or isolates it: so text can look as what it is not.
bool turns_direction(char32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/// C1 controls, byte order marks, interlinear annotations, tags.
bool is_invisible(char32_t c)
{
    return (c >= 0x80 && c <= 0x9F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

/// What is no character, and may not be in HTML or XML.
bool is_noncharacter(char32_t c)
{
    return (c & 0xFFFEU) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

void append_character(std::string& out, std::string_view bytes)
{
    const char32_t c = utf8::decode(bytes);
    if (turns_direction(c)) {
        static constexpr char digits[] = "0123456789ABCDEF";
        const std::array<char, 2> last = {digits[c >> 4 & 15U], digits[c & 15U]};
        out.append("[U+20").append(last.data(), last.size()).append("]");
    } else if (c == 0x2028 || c == 0x2029) {
        out.push_back('\n');
    } else if (is_noncharacter(c)) {
        out.append(replacement_character);
    } else if (!is_invisible(c)) {
        out.append(bytes);
    }
}

bool is_plain(char c)
{
    return (c >= ' ' && c < '\x7f') || c == '\n' || c == '\t';
}

} // namespace

std::string clean_lines(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_plain(text[end]))
            ++end;
        out.append(text.substr(at, end - at));
        at = end;
        if (at == text.size()) break;
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            // A CR that ends no line, as old systems had it, ends one.
            const bool ends_line = text[at] == '\r' && at + 1 < text.size() &&
                                   text[at + 1] != '\n' && text[at + 1] != '\r';
            if (ends_line) out.push_back('\n');
            ++at;
            continue;
        }
        const std::size_t size = utf8::length(text.substr(at, 4));
        if (size == 0)
            out.append(replacement_character);
        else
            append_character(out, text.substr(at, size));
        at += std::max<std::size_t>(size, 1);
    }
    return out;
}

std::string clean_line(std::string_view text, std::size_t max_bytes)
{
    std::string line;
    const std::string clean = clean_lines(text);
    for (const std::string_view word : split_words(clean)) {
        if (line.size() > max_bytes) break;
        if (!line.empty()) line.push_back(' ');
        line.append(word);
    }
    line.resize(cut(line, max_bytes).size());
    return line;
}

std::string_view cut(std::string_view text, std::size_t max_bytes)
{
    if (text.size() <= max_bytes) return text;
    std::size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

} // namespace mn::archive
