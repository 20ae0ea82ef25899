// Sets of account numbers, each kept once: a million aliases for the same ten people cost one set.
//
//   LoginSets sets(accounts.size());
//   std::uint32_t both = sets.unite(parts); // of_account(3), …
//   for (std::uint32_t account : sets.members(both)) …;
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace mn::config
{

class LoginSets
{
public:
    static constexpr std::uint32_t empty = 0;

    explicit LoginSets(std::size_t accounts);

    std::uint32_t of_account(std::uint32_t account) const { return account + 1; }

    /// The number of the set that has the members of all of these. Throws Error when the sets
    /// become too big to be kept. Leaves the vector sorted and without duplicates.
    std::uint32_t unite(std::vector<std::uint32_t>& sets);

    /// In rising order.
    std::span<const std::uint32_t> members(std::uint32_t set) const;

private:
    std::uint32_t keep(const std::vector<std::uint32_t>& members);

    struct Range {
        std::size_t begin;
        std::size_t size;
    };
    std::vector<std::uint32_t> members_;
    std::vector<Range> ranges_;                                     ///< by set
    std::unordered_multimap<std::uint64_t, std::uint32_t> by_hash_; ///< sets of two and more
    std::vector<std::uint32_t> scratch_;
};

} // namespace mn::config
