// What libspf2, which many receivers run, makes of our SPF records. The only user of it.
//
//   if (!libspf2_reads_all(record)) warn();    // it silently forgets what 511 bytes cannot hold
//   libspf2_verdict({.client = address, .helo = host, .sender = …}, resolver)   // "pass"
//
// For records of our own, in a tool for admins: libspf2 is not fit for what strangers publish. What
// our records include is kept from it where it could do harm: texts over 2000 bytes, explanations,
// and more than a hundred questions. Throws Error 4.3.0 when it cannot work at all.
#pragma once

#include "auth/spf.hpp"
#include "dns/resolver.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mn::publish
{

/// Bytes that it keeps of a record, in a form of its own, which is mostly shorter than the text.
inline constexpr std::size_t libspf2_size = 511;

/// record: one without mistakes.
bool libspf2_reads_all(std::string_view record);

/// For the MAIL FROM identity, with an empty sender for the HELO identity:
/// "pass", "neutral", …
std::string libspf2_verdict(const spf::Request& request, dns::Resolver& resolver);

} // namespace mn::publish
