#include "base/case_fold.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace mn
{
namespace
{

/// Every step-th character from first to last has its small letter so much further on.
struct Range {
    unsigned first;
    unsigned last;
    unsigned step;
    int distance;
};

constexpr auto ranges = std::to_array<Range>({
    {0xc0, 0xd6, 1, 32},     // Latin-1
    {0xd8, 0xde, 1, 32},     //
    {0x100, 0x12e, 2, 1},    // Latin Extended-A: pairs, the capital first
    {0x132, 0x136, 2, 1},    //
    {0x139, 0x147, 2, 1},    //
    {0x14a, 0x176, 2, 1},    //
    {0x178, 0x178, 1, -121}, // Y with diaeresis
    {0x179, 0x17d, 2, 1},    //
    {0x218, 0x21a, 2, 1},    // Romanian S and T
    {0x386, 0x386, 1, 38},   // Greek, with accents
    {0x388, 0x38a, 1, 37},   //
    {0x38c, 0x38c, 1, 64},   //
    {0x38e, 0x38f, 1, 63},   //
    {0x391, 0x3a1, 1, 32},   // Greek
    {0x3a3, 0x3ab, 1, 32},   //
    {0x400, 0x40f, 1, 80},   // Cyrillic, beyond Russian
    {0x410, 0x42f, 1, 32},   // Cyrillic
    {0x490, 0x490, 1, 1},    // Ukrainian G
});

constexpr unsigned first_of_three = 0x800;

constexpr std::array<std::uint16_t, first_of_three> small_letters = [] {
    std::array<std::uint16_t, first_of_three> table{};
    for (unsigned at = 0; at < table.size(); ++at)
        table[at] = static_cast<std::uint16_t>(at);
    for (const Range& range : ranges)
        for (unsigned at = range.first; at <= range.last; at += range.step)
            table[at] = static_cast<std::uint16_t>(static_cast<int>(at) + range.distance);
    return table;
}();

constexpr std::uint64_t everywhere(std::uint64_t byte)
{
    return byte * 0x0101010101010101U;
}

/// Eight ASCII characters at once.
std::uint64_t fold_word(std::uint64_t word)
{
    // The top bit of each byte: it is at least 'A', it is more than 'Z'. Nothing carries over.
    const std::uint64_t at_least = word + everywhere(0x80 - 'A');
    const std::uint64_t more = word + everywhere(0x80 - 'Z' - 1);
    const std::uint64_t is_capital = at_least & ~more & everywhere(0x80);
    word |= is_capital >> 2; // 0x20
    const std::uint64_t is_control = ~(word + everywhere(0x80 - ' ')) & everywhere(0x80);
    if (is_control == 0) return word;
    const std::uint64_t whole_bytes = (is_control - (is_control >> 7)) | is_control;
    return (word & ~whole_bytes) | (everywhere(' ') & whole_bytes);
}

char fold_byte(char c)
{
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c | 0x20);
    return c < ' ' ? ' ' : c;
}

/// At this byte, which is no ASCII; returns how many bytes are done.
std::size_t fold_letter(std::span<char> text)
{
    const auto lead = static_cast<unsigned char>(text[0]);
    if (text.size() < 2 || lead < 0xc2 || lead > 0xdf) return 1;
    const auto follower = static_cast<unsigned char>(text[1]);
    if ((follower & 0xc0U) != 0x80U) return 1;
    const unsigned small = small_letters[(lead & 0x1fU) << 6 | (follower & 0x3fU)];
    text[0] = static_cast<char>(0xc0U | small >> 6);
    text[1] = static_cast<char>(0x80U | (small & 0x3fU));
    return 2;
}

} // namespace

void fold_case(std::span<char> text)
{
    while (!text.empty()) {
        std::uint64_t word = 0;
        while (text.size() >= sizeof word) {
            std::memcpy(&word, text.data(), sizeof word);
            if ((word & everywhere(0x80)) != 0) break;
            word = fold_word(word);
            std::memcpy(text.data(), &word, sizeof word);
            text = text.subspan(sizeof word);
        }
        // What is left at the end, or up to the next letter that is no ASCII and including it.
        std::size_t done = 0;
        while (done < text.size() && static_cast<unsigned char>(text[done]) < 0x80) {
            text[done] = fold_byte(text[done]);
            ++done;
        }
        if (done < text.size()) done += fold_letter(text.subspan(done));
        text = text.subspan(done);
    }
}

} // namespace mn
