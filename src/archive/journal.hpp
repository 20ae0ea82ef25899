// Before a published archive is changed, what it takes to undo that is written down, so that a run
// that was ended at any moment leaves nothing by halves: .journal, which is there while a batch is
// being written.
//
//   write_journal(tree, {.from = 7, .to = 9}, changes);   // durable
//   changes.write(); …; tree.sync(); write .state;        // with last = 9
//   end_journal(tree);
//
//   undo_journal(tree, state.last);                       // what an earlier run has left
//
// It has a line "new NAME" for each file that was not there, "old NAME OFFSET LENGTH" and LENGTH
// bytes for each that grows: what it had from OFFSET on. Names are our own, without spaces. Throws
// Error, and Damaged when it cannot be read.
#pragma once

#include "archive/changes.hpp"
#include "archive/tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn::archive
{

/// Which messages: after from, up to to.
struct Range {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

void write_journal(const Tree& tree, const Range& range, const Changes& changes);
void end_journal(const Tree& tree);

/// last: of .state, if that can be read: when it is what the journal was to lead to, all had been
/// written, and only the journal goes. True when something was undone.
bool undo_journal(const Tree& tree, std::optional<std::uint64_t> last);

} // namespace mn::archive
