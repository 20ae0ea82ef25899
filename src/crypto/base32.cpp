#include "crypto/base32.hpp"

namespace mn::base32
{

std::string encode(std::string_view bytes, std::size_t length)
{
    std::string text;
    for (std::size_t at = 0; text.size() < length; at += 5) {
        unsigned value = 0;
        for (std::size_t bit = at; bit < at + 5; ++bit) {
            const auto byte = static_cast<unsigned char>(bytes[bit / 8]);
            value = value << 1 | (byte >> (7 - bit % 8) & 1U);
        }
        text.push_back(alphabet[value]);
    }
    return text;
}

bool is_base32(std::string_view text)
{
    return text.find_first_not_of(alphabet) == std::string_view::npos;
}

} // namespace mn::base32
