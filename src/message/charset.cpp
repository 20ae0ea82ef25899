#include "message/charset.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iconv.h>
#include <iterator>

namespace mn
{
namespace
{

/// What windows-1252 has where ISO 8859-1 has control characters; 0: nothing.
constexpr std::array<char16_t, 32> windows_1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/// Where ISO 8859-15 differs from ISO 8859-1.
struct Difference {
    unsigned char byte;
    char16_t character;
};
constexpr std::array<Difference, 8> latin_9 = {{{0xA4, 0x20AC},
                                                {0xA6, 0x0160},
                                                {0xA8, 0x0161},
                                                {0xB4, 0x017D},
                                                {0xB8, 0x017E},
                                                {0xBC, 0x0152},
                                                {0xBD, 0x0153},
                                                {0xBE, 0x0178}}};

/// How mail calls an alphabet, and how iconv(3) does.
struct Alphabet {
    std::string_view name;
    const char* iconv_name;
};
constexpr Alphabet alphabets[] = {
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"iso-8859-9", "ISO-8859-9"},
    {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-16", "ISO-8859-16"},
    {"windows-1250", "CP1250"},
    {"windows-1251", "CP1251"},
    {"windows-1253", "CP1253"},
    {"windows-1254", "CP1254"},
    {"windows-1255", "CP1255"},
    {"windows-1256", "CP1256"},
    {"windows-1257", "CP1257"},
    {"windows-1258", "CP1258"},
    {"windows-874", "CP874"},
    {"tis-620", "TIS-620"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"macintosh", "MACINTOSH"},
    {"gb2312", "GBK"},
    {"gbk", "GBK"},
    {"gb18030", "GB18030"},
    {"big5", "BIG5"},
    {"big5-hkscs", "BIG5-HKSCS"},
    {"euc-jp", "EUC-JP"},
    {"shift_jis", "CP932"},
    {"iso-2022-jp", "ISO-2022-JP"},
    {"iso-2022-jp-1", "ISO-2022-JP"},
    {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"},
};

template <typename Table>
std::string from_table(std::string_view bytes, const Table& character_of)
{
    std::string text;
    for (const char c : bytes) {
        text += utf8_of(character_of(static_cast<unsigned char>(c)));
    }
    return text;
}

char32_t from_ascii(unsigned char byte)
{
    return byte < 0x80 ? byte : U'\xFFFD';
}

char32_t from_latin_1(unsigned char byte)
{
    // What calls itself ISO 8859-1 and has these bytes is windows-1252.
    if (byte < 0x80 || byte > 0x9F) return byte;
    const char32_t character = windows_1252[byte - 0x80U];
    return character == 0 ? U'\xFFFD' : character;
}

char32_t from_latin_9(unsigned char byte)
{
    const auto* const found = std::find_if(latin_9.begin(), latin_9.end(),
                                           [&](const Difference& one) { return one.byte == byte; });
    return found == latin_9.end() ? from_latin_1(byte) : found->character;
}

/// Owns a conversion.
class Conversion
{
public:
    explicit Conversion(const char* from) : handle_(::iconv_open("UTF-8", from)) {}
    Conversion(const Conversion&) = delete;
    Conversion& operator=(const Conversion&) = delete;
    ~Conversion()
    {
        if (is_open()) ::iconv_close(handle_);
    }

    bool is_open() const { return handle_ != iconv_t(-1); }

    std::string run(std::string_view bytes) const
    {
        std::string text;
        std::array<char, 512> buffer = {};
        char* in = const_cast<char*>(bytes.data()); // iconv(3) has no const, and does not write
        std::size_t left = bytes.size();
        while (left > 0) {
            char* out = buffer.data();
            std::size_t room = buffer.size();
            const std::size_t result = ::iconv(handle_, &in, &left, &out, &room);
            const bool is_full = result == std::size_t(-1) && errno == E2BIG;
            text.append(buffer.data(), buffer.size() - room);
            if (result != std::size_t(-1) || (is_full && room < buffer.size())) continue;
            text += replacement_character;
            ++in;
            --left;
        }
        return text;
    }

private:
    iconv_t handle_;
};

} // namespace

std::string utf8_of(char32_t character)
{
    const bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (is_surrogate || character > 0x10FFFF) return std::string(replacement_character);
    std::string text;
    const auto append = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    const auto append_rest = [&](unsigned shift) {
        append(0x80U | ((character >> shift) & 0x3FU));
    };
    if (character < 0x80) {
        append(character);
    } else if (character < 0x800) {
        append(0xC0U | (character >> 6));
        append_rest(0);
    } else if (character < 0x10000) {
        append(0xE0U | (character >> 12));
        append_rest(6);
        append_rest(0);
    } else {
        append(0xF0U | (character >> 18));
        append_rest(12);
        append_rest(6);
        append_rest(0);
    }
    return text;
}

std::string valid_utf8(std::string_view text)
{
    if (utf8::is_valid(text)) return std::string(text);
    std::string valid;
    while (!text.empty()) {
        const std::size_t size = utf8::length(text);
        if (size == 0)
            valid += replacement_character;
        else
            valid += text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return valid;
}

std::optional<std::string> to_utf8(std::string_view name, std::string_view bytes)
{
    const std::string wanted = lower(name);
    if (wanted == "utf-8" || wanted == "utf8") return valid_utf8(bytes);
    if (wanted == "us-ascii" || wanted == "ascii") return from_table(bytes, from_ascii);
    if (wanted == "iso-8859-15") return from_table(bytes, from_latin_9);
    if (wanted == "iso-8859-1" || wanted == "windows-1252" || wanted == "latin1")
        return from_table(bytes, from_latin_1);
    const auto* const found = std::find_if(std::begin(alphabets), std::end(alphabets),
                                           [&](const Alphabet& one) { return one.name == wanted; });
    if (found == std::end(alphabets)) return std::nullopt;
    const Conversion conversion(found->iconv_name);
    if (!conversion.is_open()) return std::nullopt;
    return valid_utf8(conversion.run(bytes));
}

} // namespace mn
