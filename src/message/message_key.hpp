// The name that a message has on the web, known as soon as its Message-ID is: so a post can say
// where it will be [RFC5064 2.2], and whoever has a mail can find its page.
//
//   key_of("20261122.1@example.org")              // "hx…": 32 of a-z and 2-7
//   page_path(key)                                // "m/hx/hx….html", below the list's address
//
// The base32 of the SHA-1 of the Message-ID: fit for a URL, a path and an id in HTML, whatever is
// in the Message-ID, and telling nothing of it.
#pragma once

#include <string>
#include <string_view>

namespace mn
{

/// What stands between the brackets of the first Message-ID field; "" : there is none that is good.
std::string message_id_of(std::string_view header);

/// id: without its brackets.
std::string key_of(std::string_view id);

/// Is this a text that key_of() gives?
bool is_message_key(std::string_view text);

std::string page_path(std::string_view key);

} // namespace mn
