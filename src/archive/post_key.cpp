#include "archive/post_key.hpp"

#include "archive/words.hpp"
#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "message/message_key.hpp"

namespace mn::archive
{

std::string base_key_of(const Article& article, std::string_view message)
{
    if (!article.id.empty()) return key_of(article.id);
    return key_of(cat(hexadecimal(crypto::bytes_of(crypto::sha256(message))), "@mn.invalid"));
}

std::string numbered_key(const std::string& key, std::uint64_t number)
{
    return number == 1 ? key : cat(key, "-", std::to_string(number));
}

} // namespace mn::archive
