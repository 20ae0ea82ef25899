// What becomes of a post: every check, in the order that mlmmj has; what moderators have decided
// about its author comes right before control/access.
//
//   const Decision decision = decide(list, mail, rewritten_size, subscribers, hosted_domains);
//
// Pure, but for the control files, the rules of moderators and the subscribers it reads.
#pragma once

#include "list/mail.hpp"
#include "list/subscribers.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace mn::list
{

struct Decision {
    enum class Action : std::uint8_t {
        send,
        hold,    ///< for the moderators; reason: "moderated", "access", "modnonsubposts",
                 ///< "modnonmodposts"
        deny,    ///< tell the author, if that is safe; reason: "subonlypost", "modonlypost",
                 ///< "maxmailsize", "tocc", "access"
        discard, ///< kept in queue/discarded
        refuse,  ///< 5.x (4.x: later) to the SMTP client: text
    };
    Action action = Action::send;
    std::string reason;
    std::string text; ///< refuse: "5.7.1 …"
    std::string log;  ///< for the postmaster
};

/// size: of the post as subscribers would get it. hosted: our domains, lower case; an author in one
/// of them, or below, must have passed DMARC here. Empty: that is not looked at.
Decision decide(const List& list, const Incoming& mail, std::size_t size,
                const Subscribers& subscribers, std::span<const std::string> hosted = {});

/// The control file that says that nobody is told of such a denial: "nosubonlydenymails".
std::string_view silencer_of(std::string_view deny_reason);

/// The address is in control/moderators, whatever its case.
bool is_moderator(const List& list, std::string_view address);

} // namespace mn::list
