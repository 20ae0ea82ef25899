// message/encoded_word: any bytes decode to one line of UTF-8; what we encode is pure, short and
// comes back.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "message/encoded_word.hpp"

namespace
{

void check_form(const std::string& field)
{
    for (const char c : field)
        promise(c == '\n' || (c >= ' ' && c <= '~'));
    for (std::size_t at = field.find('\n'); at != std::string::npos; at = field.find('\n', at + 1))
        promise(at + 1 < field.size() && field[at + 1] == ' ');
    for (const std::string_view line : mn::split(field, '\n'))
        promise(line.size() <= 998);
}

} // namespace

void fuzz(std::string_view input)
{
    const std::string text = mn::encoded_words::decode(input);
    promise(mn::utf8::is_valid(text));
    for (const char c : text)
        promise(!mn::is_control(c));
    const std::string field = mn::encoded_words::encode(text);
    check_form(field);
    promise(mn::trim(mn::encoded_words::decode(field)) == mn::trim(text));
    check_form(mn::encoded_words::encode(input));
}
