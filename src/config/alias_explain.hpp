// Follows one address through the aliases, hop by hop, as Postfix's cleanup(8) would.
//
//   for (const Hop& hop : explain(map, address)) show(hop);
//   std::vector<std::string> logins = senders(map, address);
//
// A "+detail" that is taken off to find an alias is put onto each of its targets; a catch-all drops
// it (Postfix's propagate_unmatched_extensions). An address that leads to itself stays as it is; a
// longer way back to an address is a loop.
#pragma once

#include "base/json.hpp"
#include "config/alias_map.hpp"
#include "message/address.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

/// More hops than this, and Postfix keeps the mail in its queue (virtual_alias_recursion_limit).
inline constexpr std::size_t max_alias_hops = 999;

enum class HopKind {
    alias,    ///< replaced by the hops below it
    account,  ///< final: a mailbox here
    external, ///< final: elsewhere
    unknown,  ///< nobody has this address
    loop,     ///< we have been here, on the way to here
    limit,    ///< too many hops or targets for Postfix
};

struct Hop {
    HopKind kind;
    std::size_t depth = 0;       ///< 0 is the address asked about
    std::string address;         ///< in lower case, but for details and what belongs to others
    std::size_t named_on = 0;    ///< line of the target, 0 for the address asked about
    std::size_t line = 0;        ///< alias: its own line
    AliasKind via{};             ///< alias: what kind of name caught it
    bool without_detail = false; ///< alias, account: its name is the address without "+detail"
    bool is_disabled = false;    ///< account
    bool is_repeated = false;    ///< alias: its targets have been shown further up
    bool is_forwarded = false;   ///< external: as our mn-forward sends it on; for the caller to set
    std::string path{};          ///< loop: "a -> b -> a"
};

/// In the order of a tree read from the top; the first is the address itself.
std::vector<Hop> explain(const AliasMap& map, const Address& address);

/// Accounts that may send as this address, in lower case: the account of this name, and those that
/// get the mail for it. Of a catch-all, those that get what nobody else gets.
std::vector<std::string> senders(const AliasMap& map, const Address& address);

/// One line of the tree for people, indented by its depth, without a newline.
std::string describe(const Hop& hop);

/// The same for programs, see mn-alias(1).
Json to_json(const Hop& hop);

} // namespace mn::config
