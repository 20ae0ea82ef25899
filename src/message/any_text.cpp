#include "message/any_text.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "message/charset.hpp"

#include <algorithm>
#include <iterator>

namespace mn
{
namespace
{

constexpr std::size_t max_name = 40;

/// What programs write, and what they mean.
struct Alias {
    std::string_view written;
    std::string_view meant;
};
constexpr Alias aliases[] = {
    {"cp1250", "windows-1250"},
    {"cp1251", "windows-1251"},
    {"cp1252", "windows-1252"},
    {"cp1253", "windows-1253"},
    {"cp1254", "windows-1254"},
    {"cp1255", "windows-1255"},
    {"cp1256", "windows-1256"},
    {"cp1257", "windows-1257"},
    {"cp936", "gbk"},
    {"cp949", "euc-kr"},
    {"cp932", "shift_jis"},
    {"cp950", "big5"},
    {"x-sjis", "shift_jis"},
    {"sjis", "shift_jis"},
    {"shift-jis", "shift_jis"},
    {"x-gbk", "gbk"},
    {"x-big5", "big5"},
    {"x-euc-jp", "euc-jp"},
    {"eucjp", "euc-jp"},
    {"latin-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"iso8859-1", "iso-8859-1"},
    {"iso_8859-1", "iso-8859-1"},
    {"iso-8859-8-e", "iso-8859-8"},
    {"koi8r", "koi8-r"},
    {"x-mac-roman", "macintosh"},
    {"unicode-1-1-utf-8", "utf-8"},
    {"ks_c_5601", "euc-kr"},
    {"gb_2312-80", "gb2312"},
    {"x-windows-1252", "windows-1252"},
};

std::string meant_by(std::string_view charset)
{
    std::string name = lower(trim(charset.substr(0, max_name)));
    const auto* const found = std::find_if(std::begin(aliases), std::end(aliases),
                                           [&](const Alias& one) { return one.written == name; });
    if (found != std::end(aliases)) return std::string(found->meant);
    for (const std::string_view begin : {"iso8859-", "iso_8859-"})
        if (name.starts_with(begin)) return cat("iso-8859-", name.substr(begin.size()));
    return name;
}

/// Bytes that are the same text in nearly every alphabet.
bool is_plain(std::string_view bytes)
{
    unsigned seen = 0;
    unsigned escapes = 0;
    for (const char c : bytes) {
        seen |= static_cast<unsigned char>(c);
        escapes += c == '\x1b' ? 1U : 0U;
    }
    return seen < 0x80 && escapes == 0;
}

} // namespace

std::string any_text(std::string_view charset, std::string_view bytes)
{
    if (is_plain(bytes)) return std::string(bytes);
    const std::string name = meant_by(charset);
    if (!name.empty() && name != "us-ascii" && name != "ascii")
        if (auto text = to_utf8(name, bytes)) return std::move(*text);
    if (utf8::is_valid(bytes)) return std::string(bytes);
    return to_utf8("windows-1252", bytes).value_or("");
}

} // namespace mn
