#include "base/random.hpp"

#include "base/error.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/random.h>

namespace mn
{

void fill_random(std::span<unsigned char> bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
        if (count >= 0)
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            throw system_error(errno, "read random bytes from", "the kernel");
    }
}

std::uint64_t random_bits()
{
    std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
    fill_random(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    return value;
}

std::uint64_t random_below(std::uint64_t limit)
{
    // Values below 2^64 mod limit would make small results more likely: draw again.
    const std::uint64_t unfair = (0 - limit) % limit;
    for (;;) {
        const std::uint64_t value = random_bits();
        if (value >= unfair) return value % limit;
    }
}

} // namespace mn
