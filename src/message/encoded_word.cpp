#include "message/encoded_word.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "crypto/base64.hpp"
#include "message/charset.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace mn::encoded_words
{
namespace
{

// ---- decoding

/// One "=?charset?encoding?text?=".
struct Word {
    std::string_view charset; ///< without the language that may follow it [RFC2231 5]
    char encoding = 'q';      ///< or 'b'
    std::string_view text;
    std::size_t size = 0; ///< of all of it
};

bool is_token_char(char c)
{
    return c > ' ' && c < '\x7f' &&
           std::string_view("()<>@,;:\"/[]?=").find(c) == std::string::npos;
}

/// The word that the text begins with. [RFC2047 2] Longer ones than the standard has are taken too.
std::optional<Word> word_at(std::string_view text)
{
    if (!text.starts_with("=?")) return std::nullopt;
    std::size_t at = 2;
    while (at < text.size() && is_token_char(text[at]))
        ++at;
    const std::string_view charset = text.substr(2, at - 2);
    const std::string_view rest = text.substr(at);
    if (charset.empty() || rest.size() < 5 || rest[0] != '?' || rest[2] != '?') return std::nullopt;
    const char encoding = rest[1] == 'Q' || rest[1] == 'q' ? 'q' : 'b';
    if (encoding == 'b' && rest[1] != 'B' && rest[1] != 'b') return std::nullopt;
    const std::size_t end = rest.find_first_of("? \t", 3);
    if (end == std::string_view::npos || !rest.substr(end).starts_with("?=")) return std::nullopt;
    return Word{.charset = charset.substr(0, charset.find('*')),
                .encoding = encoding,
                .text = rest.substr(3, end - 3),
                .size = at + end + 2};
}

std::optional<unsigned> hex_digit(char c)
{
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    const char lowered = static_cast<char>(static_cast<unsigned char>(c) | 0x20U);
    if (lowered >= 'a' && lowered <= 'f') return static_cast<unsigned>(lowered - 'a' + 10);
    return std::nullopt;
}

/// The Q encoding. [RFC2047 4.2]
std::string decode_q(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digit = [&](std::size_t at) {
            return at < text.size() ? hex_digit(text[at]) : std::nullopt;
        };
        const auto high = digit(i + 1);
        const auto low = digit(i + 2);
        if (text[i] == '=' && high && low) {
            bytes.push_back(static_cast<char>(*high * 16 + *low));
            i += 2;
        } else {
            bytes.push_back(text[i] == '_' ? ' ' : text[i]);
        }
    }
    return bytes;
}

std::optional<std::string> bytes_of(const Word& word)
{
    if (word.encoding == 'q') return decode_q(word.text);
    return base64::decode_folded(word.text); // [RFC2047 4.1]
}

/// A run of words, with nothing but white space between them, as text; nothing when there is none
/// at the beginning of rest. Words in the same alphabet are joined before they are converted, for
/// some programs cut characters in two.
std::optional<std::string> take_words(std::string_view& rest)
{
    std::string text;
    std::string bytes;
    std::string charset;
    std::string_view tail = rest;
    bool has_any = false;
    const auto flush = [&] {
        if (const auto converted = to_utf8(charset, bytes)) text += *converted;
        bytes.clear();
    };
    while (const auto word = word_at(tail)) {
        const auto content = bytes_of(*word);
        if (!content || !to_utf8(word->charset, "")) break;
        if (!equal_ignoring_case(charset, word->charset)) flush();
        charset = word->charset;
        bytes += *content;
        has_any = true;
        rest = tail.substr(word->size);
        // White space between two words means nothing. [RFC2047 6.2]
        tail = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
    }
    if (!has_any) return std::nullopt;
    flush();
    return text;
}

std::string without_controls(std::string text)
{
    std::replace_if(text.begin(), text.end(), is_control, ' ');
    return text;
}

// ---- encoding

/// So that a word fits the first line of a field too.
constexpr std::size_t longest_word = 64;
constexpr std::size_t longest_line = 76; ///< of a field that has encoded words [RFC2047 2]
constexpr std::size_t longest_plain = 900;
constexpr std::size_t longest_gap = 60; ///< white space that may stand in plain text

/// May stand for itself in every place where an encoded word may stand. [RFC2047 5]
bool is_safe(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!*+-/").find(c) != std::string_view::npos;
}

bool needs_encoding(std::string_view word)
{
    const auto is_8_bit = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    return std::any_of(word.begin(), word.end(), is_8_bit) ||
           word.find("=?") != std::string_view::npos || word.size() > longest_plain;
}

std::string in_q(std::string_view text)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_safe(c)) {
            encoded.push_back(c);
        } else if (c == ' ') {
            encoded.push_back('_');
        } else {
            encoded.push_back('=');
            encoded.push_back(digits[byte >> 4]);
            encoded.push_back(digits[byte & 15U]);
        }
    }
    return encoded;
}

/// text: valid UTF-8. As words in one of the two encodings, each as long as may be.
std::vector<std::string> words_for(std::string_view text, bool in_base64)
{
    const std::string begin = in_base64 ? "=?utf-8?b?" : "=?utf-8?q?";
    const std::size_t room = longest_word - begin.size() - 2;
    std::vector<std::string> words;
    std::string_view rest = text;
    while (!rest.empty()) {
        std::size_t taken = 0;
        std::size_t used = 0;
        while (taken < rest.size()) {
            const std::size_t size = std::max<std::size_t>(utf8::length(rest.substr(taken)), 1);
            const std::size_t cost = in_base64 ? (taken + size + 2) / 3 * 4
                                               : used + in_q(rest.substr(taken, size)).size();
            if (cost > room) break;
            used = cost;
            taken += size;
        }
        const std::string_view part = rest.substr(0, taken);
        words.push_back(cat(begin, in_base64 ? base64::encode(part) : in_q(part), "?="));
        rest.remove_prefix(taken);
    }
    return words;
}

/// Words and plain text on lines. Folds only before white space, so nothing changes when the field
/// is read.
class Lines
{
public:
    /// gap: the white space that separates it from what went before.
    void add(std::string_view gap, std::string_view word)
    {
        const bool is_too_long = column_ + gap.size() + word.size() > longest_line;
        if (is_too_long && !gap.empty() && !word.empty()) {
            text_ += "\n";
            column_ = 0;
        }
        text_ += cat(gap, word);
        column_ += gap.size() + word.size();
    }

    std::string take() { return std::move(text_); }

private:
    std::string text_;
    std::size_t column_ = 10; ///< a field name stands before the first line
};

/// Plain text, word by word.
void add_plain(Lines& lines, std::string_view text)
{
    while (!text.empty()) {
        const std::size_t word = std::min(text.find_first_not_of(' '), text.size());
        const std::size_t end = std::min(text.find(' ', word), text.size());
        lines.add(text.substr(0, word), text.substr(word, end - word));
        text.remove_prefix(end);
    }
}

/// The part of the text from the first word that cannot stand as it is to the last.
std::string_view to_be_encoded(std::string_view text)
{
    if (text.find(std::string(longest_gap, ' ')) != std::string_view::npos) return text;
    std::size_t first = std::string_view::npos;
    std::size_t last = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (needs_encoding(text.substr(at, end - at))) {
            first = std::min(first, at);
            last = end;
        }
        at = end + 1;
    }
    return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first);
}

} // namespace

std::string decode(std::string_view value)
{
    const std::string line = unfolded(value);
    std::string text;
    std::string_view rest = line;
    while (!rest.empty()) {
        const std::size_t plain = std::min(rest.find("=?"), rest.size());
        text += valid_utf8(rest.substr(0, plain));
        rest.remove_prefix(plain);
        if (rest.empty()) break;
        if (const auto words = take_words(rest)) {
            text += *words;
        } else {
            text += "=?";
            rest.remove_prefix(2);
        }
    }
    return without_controls(std::move(text));
}

std::string encode(std::string_view text)
{
    const std::string line = without_controls(valid_utf8(text));
    const std::string_view middle = to_be_encoded(line);
    if (middle.empty() && line.size() <= longest_plain) return line;
    Lines lines;
    if (middle.empty()) {
        add_plain(lines, line);
        return lines.take();
    }
    const std::string_view whole = line;
    const auto start = static_cast<std::size_t>(middle.data() - whole.data());
    // The white space before the first word belongs to that word's gap.
    const std::string_view before = whole.substr(0, start);
    const std::size_t end_of_before = before.find_last_not_of(' ') + 1; // 0 when there is none
    add_plain(lines, before.substr(0, end_of_before));
    std::string_view gap = before.substr(end_of_before);
    const bool in_base64 = in_q(middle).size() > middle.size() * 2;
    for (const std::string& word : words_for(middle, in_base64)) {
        lines.add(gap, word);
        gap = " ";
    }
    add_plain(lines, whole.substr(start + middle.size()));
    return lines.take();
}

} // namespace mn::encoded_words
