// A record as a zone file has it, to be pasted there.
//
//   dns::zone_line("default._domainkey.example.org", text)
//   // default._domainkey.example.org. IN TXT "v=DKIM1; …first 255 bytes" "…the rest"
#pragma once

#include <string>
#include <string_view>

namespace mn::dns
{

/// A TXT record in one line, without its end. name: with or without final dot. text: any bytes, in
/// strings of at most 255, which is what the DNS takes; receivers join them. [RFC1035 3.3.14]
std::string zone_line(std::string_view name, std::string_view text);

} // namespace mn::dns
