#include "list/token.hpp"

#include "base/text.hpp"
#include "crypto/base32.hpp"
#include "crypto/digest.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

constexpr std::size_t time_length = 6; // 30 bits of minutes: enough until the year 4011
constexpr std::size_t mac_length = 26; // 130 bits
constexpr std::size_t tag_length = 16; // 80 bits

std::string minutes_text(std::int64_t minutes)
{
    std::string text(time_length, 'a');
    for (std::size_t at = time_length; at-- > 0; minutes >>= 5)
        text[at] = base32::alphabet[static_cast<std::size_t>(minutes & 31)];
    return text;
}

std::int64_t parse_minutes(std::string_view text)
{
    std::int64_t minutes = 0;
    for (const char c : text)
        minutes = minutes << 5 | static_cast<std::int64_t>(base32::alphabet.find(c));
    return minutes;
}

/// Each part with its length before it, so that no two lists of parts are the same bytes.
std::string mac(const List& list, std::initializer_list<std::string_view> parts, std::size_t length)
{
    std::string text;
    for (const std::string_view part : parts)
        text.append(cat(std::to_string(part.size()), ":", part));
    const auto value = crypto::hmac_sha256(secret_of(list), text);
    return base32::encode(crypto::bytes_of(value), length);
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
    return text.size() == time_length + mac_length && base32::is_base32(text);
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
