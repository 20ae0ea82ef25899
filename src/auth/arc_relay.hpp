// What a forwarder and a mailing list have in common: the chain of a message as it came in is read,
// and goes on when the message goes on. [RFC8617 5.1]
//
//   const arc::Result chain = arc::verify(header, read_body, now, resolver);
//   const auto results = arc::with_chain(authres::find(header, ours).value_or(nothing), chain);
//   header.insert(0, arc::seal(header, read_body, chain, key, now, results));
#pragma once

#include "auth/arc.hpp"
#include "auth/authres.hpp"

#include <functional>

namespace mn::arc
{

/// Calls its argument for each piece of the body, the first without the empty line before it.
using ReadBody = std::function<void(const std::function<void(std::string_view)>&)>;

Result verify(std::string_view header, const ReadBody& read_body, std::int64_t now,
              dns::Resolver& resolver);

/// The results, and among them the chain, unless it is there already or there is none.
authres::Results with_chain(authres::Results results, const Result& chain);

/// The one to seal with: the first that is RSA, which every verifier of ARC knows, else the first.
/// No keys: none.
dkim::SigningKey sealing_key_of(const std::vector<dkim::SigningKey>& keys);

/// The three fields of the next set, with the line ends of the header. Empty, and so said in the
/// log, when the chain may not go on: see Sealer::finish.
std::string seal(std::string_view header, const ReadBody& read_body, const Result& chain,
                 const dkim::SigningKey& key, std::int64_t now, const authres::Results& results);

} // namespace mn::arc
