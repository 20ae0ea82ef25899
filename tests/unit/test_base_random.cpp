#include "base/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>

TEST_CASE("base/random: every value below the limit comes, none beyond")
{
    for (const std::uint64_t limit : {1U, 2U, 3U, 10U}) {
        std::set<std::uint64_t> seen;
        for (int i = 0; i < 1000; ++i)
            seen.insert(mn::random_below(limit));
        CAPTURE(limit);
        CHECK(seen.size() == limit); // misses one with a chance of 10 * 0.9^1000
        CHECK(*seen.rbegin() == limit - 1);
    }
    // A limit for which half of all draws must be thrown away.
    constexpr std::uint64_t big = (std::uint64_t{1} << 63) + 1;
    for (int i = 0; i < 100; ++i)
        CHECK(mn::random_below(big) < big);
}

TEST_CASE("base/random: a span of any size is filled to its last byte")
{
    std::array<unsigned char, 300> bytes{};
    std::array<bool, 300> touched{};
    for (int round = 0; round < 20; ++round) {
        mn::fill_random(bytes);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            touched[i] = touched[i] || bytes[i] != 0;
    }
    for (const bool hit : touched)
        CHECK(hit);
    mn::fill_random({});
    CHECK(mn::random_bits() != mn::random_bits());
}
