// The file name of a message in a Maildir: unique, sortable by age, and the same again when
// Postfix hands us the same message a second time.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn::store
{

/// What there is to know of a message once all of it has been read.
struct MessageFacts {
    std::uint64_t size = 0;         ///< bytes
    std::uint64_t virtual_size = 0; ///< bytes, were every line to end in CRLF
    std::uint64_t hash = 0;         ///< over recipient and content
};

/// 1 to 40 letters and digits.
bool is_queue_id(std::string_view text);

/// The arrival time that a long queue id carries (enable_long_queue_ids = yes); nothing for a short
/// one.
std::optional<Moment> arrival_time(std::string_view queue_id);

/// "Q<queue id>H<hash>": what all names of one delivery have in common.
std::string delivery_mark(std::string_view queue_id, const MessageFacts& facts);

/// "<seconds>.<unique>.<host>,S=<size>,W=<virtual size>".
/// With a queue id, unique is the delivery mark, and the time is that of arrival if the id has it,
/// so that a retry gets the same name. Without one, it is time, process id and 64 random bits.
std::string message_name(std::string_view queue_id, const MessageFacts& facts);

} // namespace mn::store
