// Puts messages into a published archive, a batch at a time.
//
//   Writer writer(tree, facts, removed, state);
//   writer.add(number, bytes_of_archive_7);       // in memory
//   if (writer.is_full()) …                       // changes() to the disk, then next_batch()
//
// Whatever the batches are, the bytes on the disk are the same in the end. Throws Error; Damaged
// when pages are not as they were written.
#pragma once

#include "archive/changes.hpp"
#include "archive/month_pages.hpp"
#include "archive/pages.hpp"
#include "archive/state.hpp"
#include "archive/thread_pages.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace mn::archive
{

class Writer
{
public:
    /// removed: keys of Message-IDs. state: goes on with what it says, and is kept up to date. All
    /// of them must outlive this object.
    Writer(const Tree& tree, const ListFacts& facts, const std::set<std::string>& removed,
           State& state);

    void add(std::uint64_t number, std::string_view message);
    bool is_full() const;

    /// All of the batch, with the tails of its pages.
    const Changes& changes();
    void next_batch();

private:
    void publish(const Article& article, const Place& place, std::string_view text);
    void publish_removed(const Place& place);
    void put(const Place& place, std::string page, const ThreadPages::Record& record,
             std::string_view row, std::string_view mbox);
    void add_attachments(const Article& article);
    void add_to_sitemap(const Place& place);
    std::string unique_key(const std::string& base) const;
    std::int64_t date_of(const Article& article) const;

    const ListFacts& facts_;
    const std::set<std::string>& removed_;
    State& state_;
    Changes changes_;
    ThreadPages threads_;
    MonthPages months_;
    std::size_t messages_ = 0; ///< in this batch
};

inline constexpr std::uint64_t max_sitemap_lines = 50000; ///< of one file, as robots want it

/// "sitemap.txt", "sitemap-2.txt". line: from 0.
std::string sitemap_name(std::uint64_t line);

} // namespace mn::archive
