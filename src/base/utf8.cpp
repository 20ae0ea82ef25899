#include "base/utf8.hpp"

namespace mn::utf8
{

std::size_t length(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    if (text.empty()) return 0;
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4 || !continues(1)) return 0;
    if (first < 0xe0) return 2;
    if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return 0;
    if (!continues(2)) return 0;
    if (first < 0xf0) return 3;
    if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return 0;
    return continues(3) ? 4 : 0;
}

char32_t decode(std::string_view text)
{
    if (text.size() == 1) return static_cast<unsigned char>(text[0]);
    // The first byte of a sequence of n bytes has 7 - n bits of the character.
    char32_t character = static_cast<unsigned char>(text[0]) & (0x7fU >> text.size());
    for (const char c : text.substr(1))
        character = (character << 6) | (static_cast<unsigned char>(c) & 0x3fU);
    return character;
}

bool is_valid(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t size = length(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

} // namespace mn::utf8
