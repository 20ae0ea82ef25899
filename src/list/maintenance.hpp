// What a list needs now and then: old things removed, interrupted things finished, bounces judged,
// digests sent.
//
//   const Report report = maintain(context);
//
// Quick when there is nothing to do: a few directories are looked into. Safe to run twice at once:
// the second run does nothing. What was done also stands in mlmmj-maintd.lastrun.log, as mlmmj
// leaves it. One thing that fails does not stop the others. Throws Error only when mailnode/ in
// the list's directory cannot be used.
#pragma once

#include "base/error.hpp"
#include "list/mail.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

/// What was done, a line each, for the log and for -v.
struct Report {
    std::vector<std::string> lines;
    std::vector<std::string> failures; ///< what could not be done; the rest was
    bool is_busy = false;              ///< another run is under way; nothing was done
};

Report maintain(const Context& context);

/// "what: why", for Report::failures.
std::string failure_of(std::string_view what, const Error& error);

} // namespace mn::list
