// The two ways to make the pages of a list: what is new added to what is there, or all of it made
// in a new place. The bytes are the same.
//
//   add_new_posts(list, settings, tree, state);
//   build_anew(list, settings, out);               // OUT/.NAME.new, then OUT/NAME
//
// At most a batch of messages is in memory. Throws Error; Damaged from add_new_posts().
#pragma once

#include "archive/changes.hpp"
#include "archive/settings.hpp"
#include "archive/state.hpp"
#include "archive/tree.hpp"
#include "list/list.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mn::archive
{

struct Built {
    State state;
    std::uint64_t added = 0; ///< posts that were looked at
};

Built add_new_posts(const list::List& list, const Settings& settings, const Tree& tree,
                    const State& before);

Built build_anew(const list::List& list, const Settings& settings, const Tree& out);

/// The text of .state. Nothing: there is none.
std::optional<std::string> read_state(const Tree& tree);

} // namespace mn::archive
