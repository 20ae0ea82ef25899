// Writes the lookup tables that Postfix needs, in its texthash format.
//
//   write_alias_tables(graph, "/run/mailnode/tables", "made by …"); // after check_aliases()
//
// virtual_alias  what each alias is replaced with, hop by hop: Postfix follows them itself. Where a
//                domain has a catch-all, each account is there as its own alias, for Postfix would
//                give its mail to the catch-all.
// recipients     the accounts.
// senders        who may send as an address: the account of this name, and the accounts that get
// its
//                mail, through however many aliases. The key @domain is for names nobody has.
// transport      only with forwarding: what mn-forward gets, the program that rewrites and seals.
// In
//                virtual_alias, targets elsewhere are then in its domain, see
//                message/forward_address.
#pragma once

#include "config/alias_graph.hpp"

#include <string>

namespace mn::config
{

/// Each table is replaced in one step (mode 0644 when new), and only if it changes. Throws Error
/// when one cannot be written: it and those after it are then as they were.
/// check_aliases() must have found no error. made_by: a comment for the first line. forwarding: the
/// domain whose srs0 and srs1 addresses bring bounces back; empty: Postfix sends mail for elsewhere
/// on by itself.
void write_alias_tables(const AliasGraph& graph, const std::string& directory,
                        const std::string& made_by, const std::string& forwarding = {});

} // namespace mn::config
