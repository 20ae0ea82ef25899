#include "archive/words.hpp"

#include "base/text.hpp"

namespace mn::archive
{
namespace
{

constexpr std::string_view digits = "0123456789abcdef";

bool must_be_escaped(char c)
{
    return is_control(c) || std::string_view(" %<>-").find(c) != std::string_view::npos;
}

/// Of two digits; nothing when they are none.
std::optional<char> byte_of(std::string_view two)
{
    const std::size_t high = two.size() == 2 ? digits.find(two[0]) : std::string_view::npos;
    const std::size_t low = two.size() == 2 ? digits.find(two[1]) : std::string_view::npos;
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    return static_cast<char>(high * 16 + low);
}

} // namespace

std::string to_word(std::string_view text)
{
    std::string word = "=";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (must_be_escaped(c))
            word.append({'%', digits[byte >> 4], digits[byte & 15]});
        else
            word.push_back(c);
    }
    return word;
}

std::optional<std::string> from_word(std::string_view word)
{
    if (!word.starts_with('=')) return std::nullopt;
    std::string text;
    for (std::size_t at = 1; at < word.size(); ++at) {
        if (word[at] != '%') {
            text.push_back(word[at]);
            continue;
        }
        const auto byte = byte_of(word.substr(at + 1, 2));
        if (!byte) return std::nullopt;
        text.push_back(*byte);
        at += 2;
    }
    return text;
}

std::string hexadecimal(std::string_view bytes)
{
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text.append({digits[byte >> 4], digits[byte & 15]});
    }
    return text;
}

std::string_view beginning_of(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit) return text;
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
    };
    while (limit > 0 && continues(limit))
        --limit;
    return text.substr(0, limit);
}

} // namespace mn::archive
