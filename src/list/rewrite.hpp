// A post as the subscribers get it: prefix, footer, list fields, and the author's address replaced
// only where it has to be.
//
//   const Rewritten post = rewrite(list, mail);
//
// The body stays as it is byte for byte unless control/footer is there. Prefix and footer respect
// alphabets, MIME and signed parts. [RFC2045] [RFC2047]
// Where control/archiveurl says where the archive is, Archived-At names the post's page in it.
//
// From is replaced as control/from says: "keep", "always", or "auto": only when the author's domain
// asks receivers to refuse what it does not vouch for (standing.policy), and what they get will not
// be vouched for: its signature does not hold, or we change something that it covers.
#pragma once

#include "list/mail.hpp"

#include <string>

namespace mn::list
{

struct Rewritten {
    std::string message;           ///< LF
    bool is_altered = false;       ///< something that a signature of the author covers has changed
    bool from_is_replaced = false; ///< "Name via cats" <cats@example.org>
};

Rewritten rewrite(const List& list, const Incoming& mail);

} // namespace mn::list
