// What a batch of messages changes in a published archive: collected in memory, then written at
// once, so that a page that ten of them touch is written once.
//
//   Changes changes(tree);
//   changes.add("m/ab/KEY.html", page);                          // a new file
//   Growth& growth = changes.grow("2026-11/index.html", tail);   // one that is there, or in here
//   growth.body += record;                                       // goes where the tail was
//   growth.tail = month_tail();
//   changes.write();
//
// A file that grows ends in its tail; what is new takes its place, a tail follows. Throws Error,
// and Damaged when a file does not end as it should.
#pragma once

#include "archive/tree.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace mn::archive
{

/// The pages are not as this program has made them: make them anew.
class Damaged : public Error
{
public:
    Damaged(const std::string& path, std::string_view what);
};

struct Growth {
    bool is_new = false;
    std::uint64_t offset = 0; ///< where the old tail begins
    std::string old_tail;
    std::string body; ///< what is new; of a new file all of it
    std::string tail;
};

class Changes
{
public:
    explicit Changes(const Tree& tree) : tree_(tree) {}

    /// Is it there, or in here?
    bool has(const std::string& name) const;
    /// It must not be there.
    void add(const std::string& name, std::string content);
    /// The same, with a tail that may be changed.
    Growth& begin(const std::string& name, std::string head);
    /// tail: what it ends with as long as it is not in here.
    Growth& grow(const std::string& name, std::string_view tail);
    /// The one that is in here, or else grow().
    Growth& grow_or_begin(const std::string& name);

    const std::map<std::string, Growth>& all() const { return changes_; }
    /// Bytes that add() got: nearly all that is in memory.
    std::size_t size() const { return added_; }
    void write() const;
    void clear();

private:
    const Tree& tree_;
    std::map<std::string, Growth> changes_;
    std::size_t added_ = 0;
};

} // namespace mn::archive
