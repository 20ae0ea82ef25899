// The file lastdigest of a list, "index:time:issue", and the lock that mlmmj takes for it.
//
//   LastDigest last(list);
//   if (!last.is_locked()) return;                 // another process sends digests now
//   last.write({.index = 12, .time = now, .issue = 3});
//
// The lock holds as long as the object lives. It is of the kind that any other close of the same
// file in this process would drop, so nobody else may open lastdigest meanwhile. Throws
// Error 4.3.x.
#pragma once

#include "base/fd.hpp"
#include "list/list.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mn::list
{

struct DigestMark {
    std::uint64_t index = 0; ///< of the last post in a digest
    std::int64_t time = 0;   ///< when that was
    std::uint64_t issue = 0; ///< the number of that digest

    std::string text() const;
};

/// Also the form without an issue that mlmmj once had; what is no mark at all is zeros.
DigestMark parse_digest_mark(std::string_view text);

/// Without a lock; zeros when there is no such file.
DigestMark read_digest_mark(const List& list);

class LastDigest
{
public:
    /// Makes the file if it is missing; does not wait.
    explicit LastDigest(const List& list);

    bool is_locked() const { return is_locked_; }
    const DigestMark& mark() const { return mark_; }

    /// Durable on return.
    void write(const DigestMark& mark);

private:
    int directory_; ///< of the list, which must outlive this
    std::string path_;
    Fd fd_;
    bool is_locked_ = false;
    DigestMark mark_;
};

} // namespace mn::list
