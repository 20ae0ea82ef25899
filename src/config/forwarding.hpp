// What forwarding needs of the aliases: two names of its own, to which bounces come back.
//
//   std::vector<Problem> problems = check_forwarding(map, "example.org");
#pragma once

#include "config/alias_map.hpp"
#include "config/problem.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

/// srs0@domain and srs1@domain, as auth/srs makes them, without their details. None when the domain
/// is empty.
std::vector<std::string> return_addresses(std::string_view domain);

/// Errors: accounts and aliases that have one of these names.
std::vector<Problem> check_forwarding(const AliasMap& map, std::string_view domain);

} // namespace mn::config
