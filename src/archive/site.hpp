// The archive of a list on the web, brought up to date: OUT/NAME/.
//
//   const Outcome outcome = update(list, {.out = "/var/www/lists"});
//
// New posts are added in batches (writer.hpp), each of which is there as a whole or not at all
// (journal.hpp), whenever the process ends: the next run goes on, and the bytes are the same in the
// end as if nothing had happened. When the pages depend on something that has changed, or are not
// as they were written, they are all made anew beside the old ones, which they replace in one step.
//
// In OUT, .NAME.lock keeps runs for one list apart, .NAME.new is an archive that is being made.
// The process needs umask(2) 022. Throws Error 4.3.x; the next run tries again.
#pragma once

#include "archive/settings.hpp"
#include "list/list.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mn::archive
{

struct Job {
    std::string out; ///< a directory that is there
    Wishes wishes;
    bool must_rebuild = false;
    std::chrono::milliseconds patience{0}; ///< with another run for the same list
};

struct Outcome {
    bool is_busy = false;      ///< another run is at it; nothing was done
    bool is_published = false; ///< it has pages now
    bool was_removed = false;  ///< the list is no longer to be published, and its pages are gone
    bool was_rebuilt = false;
    std::string why;            ///< it was rebuilt, if nobody asked for it
    std::uint64_t added = 0;    ///< posts that were looked at
    std::uint64_t messages = 0; ///< on the web now
    std::string url;
    std::vector<std::string> warnings;
};

Outcome update(const list::List& list, const Job& job);

/// Has this list a page for the key? Throws Error.
bool is_published(const list::List& list, const std::string& out, const std::string& key);

} // namespace mn::archive
