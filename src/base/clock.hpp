// The time of day, in one place.
#pragma once

#include <cstdint>

namespace mn
{

/// A moment of the real-time clock, as a Maildir name wants it.
struct Moment {
    std::int64_t seconds;      ///< since the Epoch
    std::int64_t microseconds; ///< 0..999999
};

Moment now();

} // namespace mn
