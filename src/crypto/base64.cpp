#include "crypto/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mn::base64
{
namespace
{

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t white_space = 64;
constexpr std::uint8_t padding = 65;
constexpr std::uint8_t foreign = 66;

constexpr std::array<std::uint8_t, 256> make_values()
{
    std::array<std::uint8_t, 256> values{};
    values.fill(foreign);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    for (const unsigned char c : {' ', '\t', '\r', '\n'})
        values[c] = white_space;
    values['='] = padding;
    return values;
}

constexpr auto values = make_values();

struct Decoded {
    std::string bytes;
    std::size_t digits = 0;
    std::size_t paddings = 0;
    bool has_white_space = false;
    bool has_stray_bits = false; ///< the last digit says more than the bytes hold
};

std::optional<Decoded> decode_any(std::string_view text)
{
    Decoded decoded;
    decoded.bytes.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    for (const char c : text) {
        const std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == white_space) {
            decoded.has_white_space = true;
            continue;
        }
        if (value == padding) {
            ++decoded.paddings;
            continue;
        }
        if (value == foreign || decoded.paddings > 0) return std::nullopt;
        bits = bits << 6 | value;
        ++decoded.digits;
        const unsigned spare = (4 - decoded.digits % 4) % 4 * 2; // bits of the next byte
        if (spare < 6) decoded.bytes.push_back(static_cast<char>(bits >> spare & 0xff));
    }
    const std::size_t rest = decoded.digits % 4;
    if (rest == 1 || decoded.paddings > (rest == 0 ? 0 : 4 - rest)) return std::nullopt;
    const std::uint32_t stray = rest == 2 ? 0xf : rest == 3 ? 0x3 : 0;
    decoded.has_stray_bits = (bits & stray) != 0;
    return decoded;
}

} // namespace

std::string encode(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 |
                   (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
        const std::size_t digits = std::min<std::size_t>(bytes.size() - at, 3) + 1;
        for (std::size_t i = 0; i < 4; ++i)
            text.push_back(i < digits ? alphabet[bits >> (18 - 6 * i) & 63] : '=');
    }
    return text;
}

std::optional<std::string> decode(std::string_view text)
{
    auto decoded = decode_any(text);
    if (!decoded || decoded->has_white_space || decoded->has_stray_bits ||
        (decoded->digits + decoded->paddings) % 4 != 0)
        return std::nullopt;
    return std::move(decoded->bytes);
}

std::optional<std::string> decode_folded(std::string_view text)
{
    auto decoded = decode_any(text);
    if (!decoded) return std::nullopt;
    return std::move(decoded->bytes);
}

} // namespace mn::base64
