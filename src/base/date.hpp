// A moment as text, in UTC.
//
//   utc(now().seconds, "%Y-%m-%d")   // "2026-03-01"
//
// The format is that of strftime(3). At most 63 bytes, else nothing comes out.
#pragma once

#include <cstdint>
#include <string>

namespace mn
{

/// seconds: since 1970.
std::string utc(std::int64_t seconds, const char* format);

} // namespace mn
