// A delivery status notification, read as far as a list needs it. [RFC3464 2]
//
//   if (const auto report = parse_dsn(message)) for (const DsnRecipient& r : report->recipients) …
//   if (!looks_like_bounce(message)) …                   // somebody is on holiday
//   const BounceWeight weight = weigh_bounce(message);   // a report or a text
//
// Any bytes go in, LF or CRLF; linear time, no recursion, a part within a part is not looked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

struct DsnRecipient {
    std::string final_recipient;    ///< address, as reported
    std::string original_recipient; ///< or ""
    std::string action;             ///< "failed", "delayed" …, lower case
    std::string status;             ///< "5.1.1", or "" when the field is no status
    std::string diagnostic;         ///< what follows the type: "550 5.1.1 …"
};

struct DsnReport {
    std::vector<DsnRecipient> recipients; ///< at most 100
};

/// Nothing when the message is no multipart/report of type delivery-status.
std::optional<DsnReport> parse_dsn(std::string_view message);

/// How bad a bounce is for the address.
enum class BounceWeight : std::uint8_t { none, soft, hard };

/// hard: the address is gone (5.1.1, 5.2.1 …). soft: 4.x.x, full mailboxes. none: delays, policy,
/// content, authentication (5.7.x, 5.6.x) and what is our sender's fault: not the address'.
BounceWeight weigh(const DsnRecipient& recipient);

/// What a bounce says that is no DSN: "550 5.1.1 …" or the words of a mailer, before the mail that
/// it returns. soft when that is not clear, none when the message is no bounce.
BounceWeight weigh_text(std::string_view message);

/// The heaviest recipient of a report, or what the text says.
BounceWeight weigh_bounce(std::string_view message);

/// A report of a failure, or a text in which a mailer says so; not the automatic answer of a
/// person, not a delay.
bool looks_like_bounce(std::string_view message);

} // namespace mn::list
