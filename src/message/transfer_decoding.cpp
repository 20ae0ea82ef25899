#include "message/transfer_decoding.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace mn
{
namespace
{

constexpr std::uint8_t foreign = 64;

constexpr std::array<std::uint8_t, 256> make_base64_values()
{
    std::array<std::uint8_t, 256> values{};
    values.fill(foreign);
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
}

constexpr auto base64_values = make_base64_values();

/// Up to the first padding: what comes behind it is no part of it, as the footer of a list.
/// [RFC2045 6.8]
std::string decode_base64(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const std::uint8_t value = base64_values[static_cast<unsigned char>(c)];
        if (c == '=' && count % 4 >= 2) break;
        if (value == foreign) continue;
        bits = bits << 6 | value;
        const unsigned spare = (3 - count % 4) * 2; // bits of the next byte
        if (spare < 6) bytes.push_back(static_cast<char>(bits >> spare & 0xff));
        ++count;
    }
    return bytes;
}

constexpr unsigned no_digit = 16;

unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return no_digit;
}

/// Where the next line begins when the rest of this one is white space; else 0.
std::size_t soft_break(std::string_view text)
{
    const std::size_t end = text.find_first_not_of(" \t\r");
    if (end == std::string_view::npos) return text.size();
    return text[end] == '\n' ? end + 1 : 0;
}

/// [RFC2045 6.7]
std::string decode_quoted_printable(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size());
    std::size_t kept = 0; // what stands before white space at the end of a line
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i++];
        if (c == '\n') {
            const bool has_cr = bytes.size() > kept && bytes.back() == '\r';
            bytes.resize(kept);
            bytes.append(has_cr ? "\r\n" : "\n");
        } else if (c == ' ' || c == '\t' || c == '\r') {
            bytes.push_back(c);
            continue;
        } else if (c != '=') {
            bytes.push_back(c);
        } else if (const std::size_t next = soft_break(text.substr(i));
                   next > 0 || i == text.size()) {
            i += next;
        } else {
            const unsigned high = hex_digit(text[i]);
            const unsigned low = i + 1 < text.size() ? hex_digit(text[i + 1]) : no_digit;
            const bool is_code = high < no_digit && low < no_digit;
            bytes.push_back(is_code ? static_cast<char>(high * 16 + low) : '=');
            if (is_code) i += 2;
        }
        kept = bytes.size();
    }
    return bytes;
}

std::string_view take_line(std::string_view& rest)
{
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The length of a line is its first character; four characters are three bytes.
void decode_uu_line(std::string_view line, std::string& bytes)
{
    const auto value = [&](std::size_t i) {
        const unsigned c = i < line.size() ? static_cast<unsigned char>(line[i]) : ' ';
        return (c - 32U) & 63U;
    };
    const std::size_t wanted = std::min<std::size_t>(value(0), line.size() / 4 * 3 + 3);
    const std::size_t end = bytes.size() + wanted;
    for (std::size_t i = 1; bytes.size() < end; i += 4) {
        const unsigned bits =
            value(i) << 18 | value(i + 1) << 12 | value(i + 2) << 6 | value(i + 3);
        for (const unsigned shift : {16U, 8U, 0U})
            if (bytes.size() < end) bytes.push_back(static_cast<char>(bits >> shift & 0xff));
    }
}

std::string decode_uu(std::string_view text)
{
    std::string_view rest = text;
    while (!rest.empty() && !rest.starts_with("begin "))
        take_line(rest);
    if (rest.empty()) return std::string(text);
    take_line(rest);
    std::string bytes;
    while (!rest.empty()) {
        const std::string_view line = take_line(rest);
        if (line == "end") break;
        if (!line.empty()) decode_uu_line(line, bytes);
    }
    return bytes;
}

} // namespace

std::string decode_transfer(std::string_view encoding, std::string_view body)
{
    if (encoding == "base64") return decode_base64(body);
    if (encoding == "quoted-printable") return decode_quoted_printable(body);
    if (encoding == "x-uuencode" || encoding == "uuencode" || encoding == "x-uue")
        return decode_uu(body);
    return std::string(body);
}

} // namespace mn
