// May we send an automatic answer? Never to machines, never to who was probably not the asker, and
// only so many a day. [RFC3834 2]
//
//   if (const auto reason = why_no_answer(mail)) log(*reason);
//   else if (!take_answer(list, address, now)) log("too many today");
#pragma once

#include "list/mail.hpp"

#include <optional>
#include <string>

namespace mn::list
{

/// Null sender, Auto-Submitted other than no, Precedence bulk, junk or list, List-Id, our own
/// X-Loop: no person has written this.
std::optional<std::string> why_from_machine(const List& list, const Incoming& mail);

/// That, or an author that no answer can reach or should: none, the list, MAILER-DAEMON and the
/// like, one whose domain says it was not it (DMARC failed), one that nobody vouches for when the
/// domain of the envelope sender differs.
std::optional<std::string> why_no_answer(const List& list, const Incoming& mail);

/// Counts this answer. False, and nothing counted, when control/answersaday (default 10 for one
/// address, 20 times that for the whole list) are spent since midnight UTC. Kept in
/// mailnode/answers, under a lock; a file that cannot be read or written means no answer.
bool take_answer(const List& list, const std::string& address, std::int64_t now);

} // namespace mn::list
