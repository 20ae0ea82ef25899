#include "base/clock.hpp"

#include <ctime>

namespace mn
{

Moment now()
{
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return {time.tv_sec, time.tv_nsec / 1000};
}

} // namespace mn
