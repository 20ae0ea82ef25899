// What must not be forwarded: mail that goes in circles, mail whose author is probably another.
//
//   refuse_loop(header, recipient);                                  // throws Error 5.4.6
//   if (has_failed_dmarc(header, "mx.example.org")) …
#pragma once

#include <string_view>

namespace mn::forward
{

/// More servers than mail passes on any way that ends somewhere.
inline constexpr unsigned max_hops = 50;

/// Was this message here before, for the same recipient? Then it has a Delivered-To field of that
/// name below a Received field; the one above all of them belongs to this delivery.
void refuse_loop(std::string_view header, std::string_view recipient);

/// Has the header such a field of this delivery already, as pipe(8) adds it with flag D?
bool has_delivery_mark(std::string_view header, std::string_view recipient);

/// As our own Authentication-Results say.
bool has_failed_dmarc(std::string_view header, std::string_view authserv_id);

} // namespace mn::forward
