#include "config/login_sets.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"

#include <algorithm>

namespace mn::config
{
namespace
{

/// 128 MB. An aliases file that needs more is made to be awkward, not to be used.
constexpr std::size_t max_members = std::size_t{1} << 25;

std::uint64_t hash_of(const std::vector<std::uint32_t>& members)
{
    Hash hash;
    for (const std::uint32_t member : members) {
        char bytes[sizeof member];
        for (std::size_t i = 0; i < sizeof bytes; ++i)
            bytes[i] = static_cast<char>(member >> (8 * i));
        hash.add({bytes, sizeof bytes});
    }
    return hash.value();
}

} // namespace

LoginSets::LoginSets(std::size_t accounts)
{
    members_.resize(accounts);
    ranges_.reserve(accounts + 1);
    ranges_.push_back({0, 0});
    for (std::size_t account = 0; account < accounts; ++account) {
        members_[account] = static_cast<std::uint32_t>(account);
        ranges_.push_back({account, 1});
    }
}

std::uint32_t LoginSets::unite(std::vector<std::uint32_t>& sets)
{
    std::sort(sets.begin(), sets.end());
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    if (!sets.empty() && sets.front() == empty) sets.erase(sets.begin());
    if (sets.empty()) return empty;
    if (sets.size() == 1) return sets.front();
    scratch_.clear();
    for (const std::uint32_t set : sets) {
        const auto added = members(set);
        scratch_.insert(scratch_.end(), added.begin(), added.end());
    }
    std::sort(scratch_.begin(), scratch_.end());
    scratch_.erase(std::unique(scratch_.begin(), scratch_.end()), scratch_.end());
    return keep(scratch_);
}

std::uint32_t LoginSets::keep(const std::vector<std::uint32_t>& added)
{
    const std::uint64_t hash = hash_of(added);
    const auto [begin, end] = by_hash_.equal_range(hash);
    for (auto known = begin; known != end; ++known) {
        const auto old = members(known->second);
        if (std::equal(old.begin(), old.end(), added.begin(), added.end())) return known->second;
    }
    if (members_.size() + added.size() > max_members)
        throw Error("4.3.0", "mail system error",
                    "The aliases lead to too many different groups of accounts: the senders table "
                    "would not fit into memory.");
    const auto set = static_cast<std::uint32_t>(ranges_.size());
    ranges_.push_back({members_.size(), added.size()});
    members_.insert(members_.end(), added.begin(), added.end());
    by_hash_.emplace(hash, set);
    return set;
}

std::span<const std::uint32_t> LoginSets::members(std::uint32_t set) const
{
    return std::span(members_).subspan(ranges_[set].begin, ranges_[set].size);
}

} // namespace mn::config
