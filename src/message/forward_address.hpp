// Addresses elsewhere, as our own Postfix hands them to the program that forwards:
// joe@elsewhere.test is elsewhere.test=joe@forward.internal.
//
//   forward_address("joe", "elsewhere.test")
//   forward_target("elsewhere.test=joe+x@forward.internal")      // joe+x, elsewhere.test
//
// The domain comes first. Postfix puts the "+detail" of the address that was written to onto the
// end of the local part, and a detail can hold anything, "=" too: if the domain were there, whoever
// writes to us could choose it, and we would relay for everybody.
#pragma once

#include "message/address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mn
{

/// In no domain of this node nor of anybody: smtpd refuses it from outside.
inline constexpr std::string_view forward_domain = "forward.internal";

std::string forward_address(std::string_view local, std::string_view domain);

/// The target; nothing when the address is not one of these. A local part of more than 64 bytes is
/// for the target's server to judge.
std::optional<Address> forward_target(std::string_view address);

} // namespace mn
