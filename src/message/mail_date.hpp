// A date as mail has it, in seconds since 1970.
//
//   mail_date("Mon, 23 Nov 2026 09:50:22 +0100")      // 1795423822
//
// Lenient: also without a day of the week, seconds or zone, with names of zones, years of two
// digits [RFC5322 4.3], as asctime(3) and ISO 8601 write it. Nothing when it cannot be read, or is
// not in the years 1970 to 9999. Only the first 200 bytes are looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mn
{

/// value: of a Date field, raw.
std::optional<std::int64_t> mail_date(std::string_view value);

/// The date of a Received field, which stands behind its last ";".
std::optional<std::int64_t> received_date(std::string_view value);

} // namespace mn
