#include "dns/zone_line.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn::dns
{
namespace
{

constexpr std::size_t max_string = 255; // [RFC1035 3.3]

/// \", \\ and \DDD. [RFC1035 5.1]
void append_quoted(std::string& line, std::string_view bytes)
{
    line += '"';
    for (const char c : bytes) {
        const unsigned value = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (value < 0x20 || value >= 0x7f) {
            line += '\\';
            for (const unsigned divisor : {100u, 10u, 1u})
                line += static_cast<char>('0' + value / divisor % 10);
        } else {
            line += c;
        }
    }
    line += '"';
}

} // namespace

std::string zone_line(std::string_view name, std::string_view text)
{
    std::string line = cat(name, name.ends_with('.') ? "" : ".", " IN TXT");
    do {
        line += ' ';
        append_quoted(line, text.substr(0, max_string));
        text.remove_prefix(std::min(text.size(), max_string));
    } while (!text.empty());
    return line;
}

} // namespace mn::dns
