// The posts of a list before it was ours, put into archive/ and numbered, as if they had been
// posted here.
//
//   const Imported done = import_messages(list, {.sources = {"cats.mbox"}});
//
// All of them or none: index is raised when all are durable, and a run that was ended leaves a
// mark, mailnode/import, by which the next one begins again. No post gets a number meanwhile. A
// list that has posts is refused, unless they are to come after those. Throws Error.
#pragma once

#include "list/list.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mn::archive
{

struct Import {
    std::vector<std::string> sources; ///< mbox files or Maildirs, in this order
    bool append = false;              ///< the list may have posts
    /// A file for the addresses of Pipermail: lines "2006-March/000012.html m/ab/KEY.html;", as
    /// nginx reads them in a map. "": none.
    std::string aliases;
};

struct Imported {
    std::uint64_t first = 0; ///< number of the first
    std::uint64_t count = 0;
};

Imported import_messages(const list::List& list, const Import& import);

} // namespace mn::archive
