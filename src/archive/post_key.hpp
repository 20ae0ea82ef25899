// The key of a post (message/message_key.hpp), also of one without a Message-ID, and of others with
// the same.
//
//   const std::string key = base_key_of(read_article(message), message);
//   page_path(numbered_key(key, 2))                   // of the second with that Message-ID
#pragma once

#include "archive/article.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mn::archive
{

/// Of its Message-ID; of a message without one, of all of its bytes.
std::string base_key_of(const Article& article, std::string_view message);

/// "KEY", "KEY-2", "KEY-3".
std::string numbered_key(const std::string& key, std::uint64_t number);

} // namespace mn::archive
