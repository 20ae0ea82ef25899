// What waits for the moderators, as they want to see it.
//
//   for (const Queued& item : queue_of(list, now)) tell(item.token, item.author, item.subject);
//   const auto token = find_in_queue(queue, "k3x");
//
// Everything in it but the token was written by strangers: UTF-8 on one line, otherwise as they
// wrote it.
#pragma once

#include "list/held.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

struct Queued {
    bool is_post = true; ///< else a subscription
    std::string token;
    std::int64_t since = 0;
    std::string reason;  ///< of a post; of a subscription its type
    std::string sender;  ///< envelope
    std::string author;  ///< lower case; of a subscription who wants it; "" when it has not one
    std::string subject; ///< decoded
    std::size_t size = 0;
};

/// Oldest first.
std::vector<Queued> queue_of(const List& list, std::int64_t now);

/// What this is the token of, or the beginning of the token. More than one: it is not unique.
std::vector<const Queued*> find_in_queue(const std::vector<Queued>& queue, std::string_view token);

/// As much of each token as tells it from the others, at least 6 characters.
std::vector<std::string> short_tokens(const std::vector<Queued>& queue);

/// Who wrote a post that is held, also if From has become the list's; "" when nobody can be told.
std::string author_of_held(const List& list, const HeldPost& post);

/// Decoded, on one line; "" when it has none.
std::string subject_of(std::string_view message);

} // namespace mn::list
