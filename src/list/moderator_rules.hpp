// What moderators have decided about people: who may post, who may not. It is kept with the list
// and nowhere else, so nothing that makes control files anew loses it.
//
//   set_rule(list, {Ruling::ban, "eve@example.com", time, "mod@example.org"});
//   if (ruling_of(list, author) == Ruling::ban) …
//   forget_rule(list, "eve@example.com");
//
// They are lines of mailnode/moderator-rules: "ban eve@example.com 2026-03-01T10:00:00Z WHO". When
// and who may be missing; empty lines and those with "#" in front are left alone. Of several lines
// about an address the last one counts.
//
// Changes are made one at a time, each in one step and durable. Throws Error 5.1.3 for what is no
// address, 4.3.5 when a line is no rule: the mail waits until it is mended.
#pragma once

#include "base/json.hpp"
#include "list/list.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

enum class Ruling : std::uint8_t {
    allow, ///< may post as if subscribed
    ban,   ///< posts are discarded
};

std::string_view ruling_name(Ruling ruling); ///< "allow", "ban"

struct ModeratorRule {
    Ruling ruling = Ruling::allow;
    std::string address; ///< lower case
    std::string since;   ///< "2026-03-01T10:00:00Z"; may be empty
    std::string who;     ///< one line; may be empty
};

/// In the order in which they were made, one for each address.
std::vector<ModeratorRule> moderator_rules(const List& list);

/// Nothing: nobody has decided about this address, in whatever case.
std::optional<Ruling> ruling_of(const List& list, std::string_view address);

/// In place of the one about the same address, which is returned. When that says the same already,
/// nothing changes.
std::optional<ModeratorRule> set_rule(const List& list, ModeratorRule rule);

/// The one that was there; nothing: there was none.
std::optional<ModeratorRule> forget_rule(const List& list, const std::string& address);

/// Ruling, address, since and who, with tabs between them; no line end.
std::string rule_line(const ModeratorRule& rule);
Json rule_json(const ModeratorRule& rule);

/// For programs that know no such rules: control/access as it is, with those that ban on top.
std::string access_with_bans(const List& list);

} // namespace mn::list
