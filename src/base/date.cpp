#include "base/date.hpp"

#include <array>
#include <ctime>

namespace mn
{

std::string utc(std::int64_t seconds, const char* format)
{
    const std::time_t time = seconds;
    std::tm parts = {};
    ::gmtime_r(&time, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

} // namespace mn
