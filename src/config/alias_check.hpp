// Everything that is wrong with an aliases file, given who has an account and which domains are
// ours.
//
//   std::vector<Problem> problems = check_aliases(AliasGraph(map));
//   if (has_errors(problems)) ...; // do not give it to Postfix
//
// Errors: what the parser found, names at foreign domains, targets that do not exist, loops, and
// what would exceed Postfix's limits. Warnings: accounts that an alias cuts off, catch-alls and
// what they hide, names that are never used, no postmaster.
#pragma once

#include "config/alias_graph.hpp"

#include <vector>

namespace mn::config
{

/// In the order of the lines; what belongs to no line comes first.
std::vector<Problem> check_aliases(const AliasGraph& graph);

} // namespace mn::config
