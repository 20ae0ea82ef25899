// base/json, base/utf8: one line of valid UTF-8 comes out, whatever goes in.
#include "fuzz.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>

void fuzz(std::string_view input)
{
    const std::string whole(input);
    const std::string_view key = take_argument(input);
    const std::string line = mn::Json().add(key, input).add("list", {whole, whole}).text();
    promise(mn::utf8::is_valid(line));
    promise(std::none_of(line.begin(), line.end(), mn::is_control));

    std::string_view rest = whole;
    while (const std::size_t length = mn::utf8::length(rest)) {
        const char32_t character = mn::utf8::decode(rest.substr(0, length));
        promise(character <= 0x10ffff && (character < 0xd800 || character > 0xdfff));
        rest.remove_prefix(length);
    }
    promise(rest.empty() == mn::utf8::is_valid(whole));
}
