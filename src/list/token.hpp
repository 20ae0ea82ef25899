// Tokens: who can show one has read a mail that we sent to a certain address.
//
//   const std::string token = make_token(secret, {"confsub", "ann@example.net", expiry});
//   if (check_token(secret, token, {"confsub", "ann@example.net"}, now)) …
//
// A token is 6 + 26 characters of a-z and 2-7: the minute it expires, 130 bits of HMAC-SHA-256 over
// list, action, subject and that time. It is in lower case and short, for it stands in the local
// part of an address. That it is good only once is the business of who keeps the thing it stands
// for: the file is named after the token and removed when it is used.
#pragma once

#include "list/list.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mn::list
{

/// What a token is for.
struct TokenPurpose {
    std::string_view
        action; ///< "confsub", "confsub-digest", "confunsub", "release", "permit", "probe"
    std::string_view subject; ///< the address, or the name of the thing
};

std::string make_token(const List& list, const TokenPurpose& purpose, std::int64_t expiry);

/// Made by us for this, and not expired; compared in constant time.
bool check_token(const List& list, std::string_view token, const TokenPurpose& purpose,
                 std::int64_t now);

/// Has the form of a token of ours (else it may be one that mlmmj has made).
bool looks_like_token(std::string_view text);

/// The mark in the envelope sender of post number N (or "digest"), so that only who has seen the
/// mail can bounce it: 16 characters. "cats+bounces-7.TAG@example.org".
std::string bounce_tag(const List& list, std::string_view number);
bool check_bounce_tag(const List& list, std::string_view number, std::string_view tag);

} // namespace mn::list
