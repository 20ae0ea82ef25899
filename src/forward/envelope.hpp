// Where a message goes that Postfix hands over for forwarding, and in whose name.
//
//   const Envelope next = next_envelope({sender, recipient}, rewriter, now);
//
// Two kinds of recipients: an alias' target elsewhere (message/forward_address), and our own SRS
// addresses, to which bounces of forwarded mail come back (auth/srs). Whatever the sender: nobody
// can make an SRS address but us, so nobody can choose where it leads. That is why replies with a
// sender of their own, as some holiday notices have, are let through as well.
#pragma once

#include "auth/srs.hpp"

#include <cstdint>
#include <string>

namespace mn::forward
{

struct Envelope {
    std::string sender; ///< empty is the null sender, and stays it
    std::string recipient;
};

/// Throws Error 5.7.1 for an SRS address that is forged, 5.1.1 for one that is too old, damaged, or
/// none at all, 5.1.7 when the sender is no address. now: seconds since 1970.
Envelope next_envelope(const Envelope& envelope, const srs::Rewriter& rewriter, std::int64_t now);

} // namespace mn::forward
