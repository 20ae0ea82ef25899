// What should be published, as a zone file and as JSON.
//
//   print(zone_head({"ns1.example.net"}, "example.org", now().seconds));   // only for a whole zone
//   print(zone_text(record));   // a comment that says why, the record below it
//   print(json_text(record));
//
// Whole lines, each with its line end. Advice is a comment as a whole.
#pragma once

#include "publish/plan.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace mn::publish
{

/// TTL, SOA and NS. now: seconds since 1970, the serial number.
std::string zone_head(std::span<const std::string> name_servers, std::string_view domain,
                      std::int64_t now);

std::string zone_text(const Record& record);

std::string json_text(const Record& record);

} // namespace mn::publish
