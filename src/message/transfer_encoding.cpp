#include "message/transfer_encoding.hpp"

#include "base/text.hpp"
#include "crypto/base64.hpp"

namespace mn
{

std::string quoted_printable(std::string_view text, std::string_view line_end)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::size_t room = 72; // for a character of three, and "="
    std::string out;
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n') {
            out.append(line_end);
            column = 0;
            continue;
        }
        const bool ends_line = at + 1 == text.size() || text[at + 1] == '\n';
        const bool is_plain = (c > ' ' && c < '\x7f' && c != '=') || (c == ' ' && !ends_line);
        if (column > room) {
            out.append(cat("=", line_end));
            column = 0;
        }
        if (is_plain) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.append({'=', digits[byte >> 4], digits[byte & 15]});
        }
        column += is_plain ? 1 : 3;
    }
    return out;
}

std::string folded_base64(std::string_view bytes, std::string_view line_end)
{
    constexpr std::size_t width = 76;
    const std::string text = base64::encode(bytes);
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at += width)
        lines.append(cat(std::string_view(text).substr(at, width), line_end));
    return lines;
}

} // namespace mn
