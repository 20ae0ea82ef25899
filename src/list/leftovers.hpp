// What mlmmj could not send and has left in queue/ and requeue/ of a list: sent, as far as it is
// known to whom.
//
//   resend_leftovers(context, report);
//
// A process of mlmmj may still be at work, so only what is some minutes old is touched. A post in
// queue/ of which mlmmj has not recorded who is to get it goes to queue/discarded, where somebody
// can look at it. Throws Error 4.3.x.
#pragma once

#include "list/maintenance.hpp"

namespace mn::list
{

void resend_leftovers(const Context& context, Report& report);

} // namespace mn::list
