// The pages of threads: to which a message belongs, and the page that it goes to.
//
//   ThreadPages threads(tree, changes, facts);
//   threads.place(article, place);               // root, thread_page, depth, parent, parent_page
//   threads.add(place, record, subject, author); // the record, on the page of that place
//   …
//   threads.finish();                            // the tails, before changes are written
//   threads.forget();                            // after that
//
// A thread is named by the message it begins with, whether that is there or not: so one that comes
// late finds its answers. After the tail of its first page stands a comment, which says how big the
// thread is and what it is called. Throws Error; Damaged when that comment is missing.
#pragma once

#include "archive/changes.hpp"
#include "archive/pages.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::archive
{

inline constexpr unsigned records_on_page = 200; ///< of a thread, of a month
/// A message may name many that it answers; so many are looked for, the newest first.
inline constexpr std::size_t max_references = 40;

class ThreadPages
{
public:
    ThreadPages(const Tree& tree, Changes& changes, const ListFacts& facts)
        : tree_(tree), changes_(changes), facts_(facts)
    {
    }

    /// place: has its key. base_key: the same without "-2".
    void place(const Article& article, std::string_view base_key, Place& place);

    struct Record {
        std::string html;
        std::string subject; ///< as shown
        std::string author;
    };
    /// The thread as it is now; is_new_page: a page was begun.
    struct Added {
        ThreadSummary summary;
        bool is_new_page = false;
    };
    Added add(const Place& place, const Record& record);

    void finish();
    void forget();

private:
    struct Thread {
        ThreadSummary summary; ///< no messages: it is not there yet
        std::string tail;      ///< of its first page, on the disk
    };
    Thread& thread_of(const std::string& root);
    std::optional<Mark> mark_of(const std::string& key) const;
    Growth& page_of(const Thread& thread, unsigned page);
    bool begin_page(const Thread& thread, const Place& place);

    const Tree& tree_;
    Changes& changes_;
    const ListFacts& facts_;
    std::map<std::string, Thread> threads_; ///< of this batch
    std::map<std::string, Mark> marks_;     ///< of messages of this batch
};

} // namespace mn::archive
