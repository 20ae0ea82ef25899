#include "message/message_key.hpp"

#include "base/text.hpp"
#include "crypto/base32.hpp"
#include "crypto/digest.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn
{
namespace
{

constexpr std::size_t key_length = 32; // 160 bits of five each
constexpr std::size_t max_id = 998;    // [RFC5322 2.1.1]: no line is longer

} // namespace

std::string message_id_of(std::string_view header)
{
    const auto field = find_field(header, "Message-ID");
    if (!field) return "";
    const std::string value = unfolded(field->value);
    const std::size_t open = value.find('<');
    const std::size_t close = value.find('>', open == std::string::npos ? 0 : open);
    if (open == std::string::npos || close == std::string::npos) return "";
    const std::string_view id = trim(std::string_view(value).substr(open + 1, close - open - 1));
    const bool is_good = id.size() <= max_id && std::none_of(id.begin(), id.end(), is_control);
    return is_good ? std::string(id) : "";
}

std::string key_of(std::string_view id)
{
    const crypto::Sha1Value value = crypto::sha1(id);
    return base32::encode({reinterpret_cast<const char*>(value.data()), value.size()}, key_length);
}

bool is_message_key(std::string_view text)
{
    return text.size() == key_length && base32::is_base32(text);
}

std::string page_path(std::string_view key)
{
    return cat("m/", key.substr(0, 2), "/", key, ".html");
}

} // namespace mn
