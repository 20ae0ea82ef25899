// Which alias leads to which, and an order in which each can be judged by those it leads to.
//
//   AliasGraph graph(map);
//   for (std::uint32_t row : graph.rows()) ...; // what row leads to has come already
//   graph.meaning(row, 0);                      // of its first target, looked up once for all
//
// Takes time and memory in proportion to the file, however deep the aliases nest.
#pragma once

#include "config/alias_map.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mn::config
{

class AliasGraph
{
public:
    /// Keeps a reference to the map.
    explicit AliasGraph(const AliasMap& map);
    AliasGraph(const AliasGraph&) = delete;
    AliasGraph& operator=(const AliasGraph&) = delete;

    const AliasMap& map() const { return map_; }

    /// Those that are used. Rows that lead to each other follow one another.
    const std::vector<std::uint32_t>& rows() const { return rows_; }

    /// The rows from this position on that all lead to each other: one, as a rule.
    std::span<const std::uint32_t> group(std::size_t begin) const;

    /// The targets of a row, as they stand in the file.
    std::span<const TextRange> targets(std::uint32_t row) const
    {
        return map_.file().targets(map_.entry(map_.rows()[row]));
    }

    /// What the target of that position means.
    Meaning meaning(std::uint32_t row, std::size_t target) const;

    /// The row that a target leads to; none when it is no alias, or the row itself.
    std::uint32_t next_row(std::uint32_t row, std::size_t target) const;

private:
    friend class Components;

    void look_up_targets();

    const AliasMap& map_;
    std::vector<std::uint32_t> first_meanings_; ///< by row
    std::vector<std::uint32_t> meanings_;       ///< packed into 32 bits, for there are millions
    std::vector<std::uint32_t> rows_;
    std::vector<bool> is_joined_; ///< by position: the same group as the position before
};

} // namespace mn::config
