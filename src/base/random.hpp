// Unpredictable bytes from the kernel.
#pragma once

#include <cstdint>
#include <span>

namespace mn
{

/// Fill the span. Throws Error when the kernel cannot give any.
void fill_random(std::span<unsigned char> bytes);

/// 64 random bits.
std::uint64_t random_bits();

/// A number from 0 to limit - 1, each equally likely. limit must not be 0.
std::uint64_t random_below(std::uint64_t limit);

} // namespace mn
