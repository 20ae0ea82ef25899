// Bounces: what came back from whom, and when that means that somebody is gone.
//
//   record_bounce(context, mail, command);          // cats+bounces-7.TAG-ann=example.net@…
//   judge_bouncers(context);                        // by mn-list-cron: probes, removals
//
// Kept in bounce/ as mlmmj does (bounce_record.hpp). Only bounces with a good tag count, of people
// who are subscribed: hard ones (5.x.x that is not about policy or content) one a day, soft ones
// half. Who has control/bouncescore of them, or bounces for longer than control/bouncelife, gets a
// probe; nobody is removed who has not bounced a probe that only he could have got.
#pragma once

#include "list/extension.hpp"
#include "list/mail.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mn::list
{

/// One line for the log. mail.extension is parsed in command: bounce, bounce_probe,
/// bounce_confirmation, bounce_other. What counts is durable on return. Throws Error 4.3.x.
std::string record_bounce(const Context& context, const Incoming& mail, const Command& command);

struct BounceWork {
    std::size_t probed = 0;
    std::size_t removed = 0;
    std::size_t forgiven = 0;
    std::vector<std::string> lines;    ///< what was done, with whom
    std::vector<std::string> failures; ///< what could not be done; the rest was
};
BounceWork judge_bouncers(const Context& context);

} // namespace mn::list
