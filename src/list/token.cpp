#include "list/token.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567"; // [RFC4648 6]
constexpr std::size_t time_length = 6; // 30 bits of minutes: enough until the year 4011
constexpr std::size_t mac_length = 26; // 130 bits
constexpr std::size_t tag_length = 16; // 80 bits

bool is_base32(std::string_view text)
{
    return text.find_first_not_of(alphabet) == std::string_view::npos;
}

/// The first length characters of these bytes in base 32.
std::string base32(std::string_view bytes, std::size_t length)
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

std::string minutes_text(std::int64_t minutes)
{
    std::string text(time_length, 'a');
    for (std::size_t at = time_length; at-- > 0; minutes >>= 5)
        text[at] = alphabet[static_cast<std::size_t>(minutes & 31)];
    return text;
}

std::int64_t parse_minutes(std::string_view text)
{
    std::int64_t minutes = 0;
    for (const char c : text)
        minutes = minutes << 5 | static_cast<std::int64_t>(alphabet.find(c));
    return minutes;
}

/// Each part with its length before it, so that no two lists of parts are the same bytes.
std::string mac(const List& list, std::initializer_list<std::string_view> parts, std::size_t length)
{
    std::string text;
    for (const std::string_view part : parts)
        text.append(cat(std::to_string(part.size()), ":", part));
    const auto value = crypto::hmac_sha256(secret_of(list), text);
    return base32(crypto::bytes_of(value), length);
}

std::string token_for(const List& list, const TokenPurpose& purpose, std::string_view time)
{
    return cat(time,
               mac(list, {"token", list.address().key(), purpose.action, purpose.subject, time},
                   mac_length));
}

} // namespace

std::string make_token(const List& list, const TokenPurpose& purpose, std::int64_t expiry)
{
    constexpr std::int64_t last_minute = (std::int64_t{1} << (5 * time_length)) - 1;
    const std::int64_t minutes = std::clamp<std::int64_t>(expiry / 60, 0, last_minute);
    return token_for(list, purpose, minutes_text(minutes));
}

bool check_token(const List& list, std::string_view token, const TokenPurpose& purpose,
                 std::int64_t now)
{
    if (!looks_like_token(token)) return false;
    const std::string_view time = token.substr(0, time_length);
    if (!crypto::equal_in_constant_time(token, token_for(list, purpose, time))) return false;
    return now / 60 <= parse_minutes(time);
}

bool looks_like_token(std::string_view text)
{
    return text.size() == time_length + mac_length && is_base32(text);
}

std::string bounce_tag(const List& list, std::string_view number)
{
    return mac(list, {"bounce", list.address().key(), number}, tag_length);
}

bool check_bounce_tag(const List& list, std::string_view number, std::string_view tag)
{
    return crypto::equal_in_constant_time(tag, bounce_tag(list, number));
}

} // namespace mn::list
