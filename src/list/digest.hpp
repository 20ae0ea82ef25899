// Digests: many posts in one mail.
//
//   if (is_digest_due(list, now)) send_digests(context);
//
// When and what was sent last stands in lastdigest, as mlmmj keeps it: "index:time:issue".
#pragma once

#include "list/mail.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace mn::list
{

/// Also when an earlier process was interrupted while it sent one. A list without an archive has no
/// digests.
bool is_digest_due(const List& list, std::int64_t now);

/// Sends the posts since the last one to all who want digests: at most control/digestmaxmails in
/// one, and no more than 8 MiB. Returns how many digests were sent: 0 when there is nothing new or
/// nobody to get it; posts that nobody wanted are over, and count as an issue. A second process at
/// the same time sends nothing. Killed at any moment, the next call goes on where it was: nobody is
/// left out, and at most the batch that was under way is sent twice.
std::size_t send_digests(const Context& context);

/// The message itself: multipart/mixed of a text with the topics by thread (unless
/// control/nodigesttext) and multipart/digest of the posts first..last, byte for byte.
/// [RFC2046 5.1.5] Posts that are no longer there are left out; those of more than 8 MiB are only
/// named.
std::string compose_digest(const Context& context, std::uint64_t first, std::uint64_t last,
                           std::uint64_t issue);

} // namespace mn::list
