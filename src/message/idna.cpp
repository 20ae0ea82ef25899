#include "message/idna.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace mn
{
namespace
{

constexpr std::size_t max_label = 63;

/// The parameters of Punycode. [RFC3492 5]
constexpr std::uint32_t base = 36, t_min = 1, t_max = 26, skew = 38, damp = 700;
constexpr std::uint32_t initial_bias = 72, initial_n = 128;

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char digit(std::uint32_t value)
{
    return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

/// [RFC3492 6.1]
std::uint32_t adapt(std::uint32_t delta, std::uint32_t length, bool is_first)
{
    delta = is_first ? delta / damp : delta / 2;
    delta += delta / length;
    std::uint32_t k = 0;
    for (; delta > (base - t_min) * t_max / 2; k += base)
        delta /= base - t_min;
    return k + (base - t_min + 1) * delta / (delta + skew);
}

void append_number(std::string& text, std::uint32_t number, std::uint32_t bias)
{
    for (std::uint32_t k = base;; k += base) {
        const std::uint32_t t = k <= bias ? t_min : std::min(k - bias, t_max);
        if (number < t) break;
        text.push_back(digit(t + (number - t) % (base - t)));
        number = (number - t) / (base - t);
    }
    text.push_back(digit(number));
}

/// [RFC3492 6.3] At most max_label characters, so that no number gets too big for its type.
std::string punycode(const std::u32string& label)
{
    std::string text;
    for (const char32_t c : label)
        if (c < 0x80) text.push_back(static_cast<char>(c));
    auto done = static_cast<std::uint32_t>(text.size());
    const std::uint32_t plain = done;
    if (plain > 0) text.push_back('-');
    std::uint32_t n = initial_n, delta = 0, bias = initial_bias;
    while (done < label.size()) {
        char32_t next = 0x110000;
        for (const char32_t c : label)
            if (c >= n) next = std::min(next, c);
        delta += (next - n) * (done + 1);
        n = next;
        for (const char32_t c : label) {
            if (c < n) ++delta;
            if (c != n) continue;
            append_number(text, delta, bias);
            bias = adapt(delta, done + 1, done == plain);
            delta = 0;
            ++done;
        }
        ++delta;
        ++n;
    }
    return text;
}

std::optional<std::string> ascii_label(std::string_view label)
{
    if (is_ascii(label)) return lower(label);
    std::u32string characters;
    while (!label.empty()) {
        const std::size_t length = utf8::length(label);
        if (length == 0) return std::nullopt;
        const std::string_view character = label.substr(0, length);
        characters.push_back(length == 1 ? static_cast<char32_t>(lower(character)[0])
                                         : utf8::decode(character));
        label.remove_prefix(length);
        if (characters.size() > max_label) return std::nullopt;
    }
    return cat("xn--", punycode(characters));
}

} // namespace

std::optional<std::string> ascii_domain(std::string_view domain)
{
    std::string text;
    for (const std::string_view label : split(domain, '.')) {
        const auto ascii = ascii_label(label);
        if (!ascii || ascii->size() > max_label) return std::nullopt;
        text.append(*ascii).append(".");
    }
    text.pop_back();
    return text;
}

} // namespace mn
