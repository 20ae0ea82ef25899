// A mail that a list writes itself: a list text, made into a complete message.
//
//   context.send({.sender = …, .recipients = {to}, .message = compose_notice(context, notice)});
//
// Every one has From, To, Date, Message-ID, Subject, MIME-Version, Content-Type, Auto-Submitted
// [RFC3834 5], X-Loop and the List- fields [RFC2369]; what the text itself gives comes first.
// Subjects of other alphabets are encoded [RFC2047], folded. Lines end in LF.
#pragma once

#include "list/text.hpp"

#include <string>

namespace mn::list
{

struct Notice {
    Occasion occasion;
    std::string to = {};       ///< address, or "cats-moderators@…" as mlmmj says
    std::string from = {};     ///< "" : cats+help@…
    std::string reply_to = {}; ///< "" : none
    /// Message-ID of the mail this answers: In-Reply-To and References; "" : none.
    std::string in_reply_to = {};
    /// auto-replied for an answer, auto-generated for what nobody asked for.
    bool is_reply = true;
    TextValues values = {}; ///< list, directories and occasion are filled in
};

/// Throws Error 4.3.5 when there is no text for the occasion anywhere.
std::string compose_notice(const Context& context, Notice notice);

/// "<time.random.list@domain>".
std::string new_message_id(const List& list, std::int64_t now);

/// The time as Date has it: "Sun, 22 Nov 2026 23:20:00 +0000". [RFC5322 3.3]
std::string date_value(std::int64_t now);

/// List-Id, List-Post, List-Help, List-Subscribe, List-Unsubscribe, List-Owner and, if
/// control/archiveurl says where, List-Archive, each with its line end. [RFC2919 3] [RFC2369 3]
/// List-Post is NO where only moderators may post; what a closed list refuses is not offered.
std::string list_fields(const List& list);

} // namespace mn::list
