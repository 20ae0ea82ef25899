// Unsubscribing by one click: the link that the copy of each subscriber has of its own. [RFC8058]
//
//   if (const auto base = oneclick_base(list))             // control/oneclick
//       header += oneclick_fields(list, *base, "ann@example.net", now, "\n");
//   const OneClick click = read_oneclick(list, token, now);
//   if (click.state == OneClick::State::good) remove(click.address);
//
// A link is BASE/LIST/TOKEN. LIST is the name of the list's directory; TOKEN holds the address, in
// base64 as URLs have it [RFC4648 5], a dot, and the proof that we made it (token.hpp), good for a
// year. It may be used as often as one likes, for the same click may come twice. Any bytes go in.
#pragma once

#include "list/list.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn::list
{

/// Why this is no value for control/oneclick; "" when it is one.
std::string_view why_no_oneclick_base(std::string_view text);

/// A name that may become part of a path and of a link: letters, digits and . _ - only, at most 64,
/// beginning with a letter, digit or underscore.
bool is_list_name(std::string_view text);

/// control/oneclick, without a slash at its end. Nothing when there is none, it is no such address,
/// nobody leaves the list by himself (control/closedlist), or the directory cannot be in a link.
std::optional<std::string> oneclick_base(const List& list);

/// address: in any case. expiry: seconds since 1970.
std::string oneclick_token(const List& list, std::string_view address, std::int64_t expiry);

/// List-Unsubscribe and List-Unsubscribe-Post, with line ends. [RFC8058 3.1]
std::string oneclick_fields(const List& list, std::string_view base, std::string_view address,
                            std::int64_t now, std::string_view line_end);

struct OneClick {
    enum class State : std::uint8_t { bad, expired, good };
    State state = State::bad;
    std::string address; ///< in lower case; "" when it is bad
};
OneClick read_oneclick(const List& list, std::string_view token, std::int64_t now);

/// Seconds that a link is good for.
inline constexpr std::int64_t oneclick_life = std::int64_t{365} * 86400;

} // namespace mn::list
