// A digest that is being sent: who gets it, and who has it. It outlives a kill, so that nobody is
// left out and nobody gets it twice beyond the batch that was under way.
//
//   DigestRun run(list);
//   if (!run.is_under_way()) run.begin({.first = 8, .last = 12, .issue = 3}, subscribers);
//   while (run.has_more()) { send(run.next_batch()); run.batch_is_sent(); }
//   run.end();                                   // after lastdigest has been written
//
// Kept in mailnode/digest: how many have it, the issue, then a recipient a line. To be used under
// the lock of lastdigest. Throws Error 4.3.x.
#pragma once

#include "list/list.hpp"
#include "list/spool.hpp"
#include "list/subscribers.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mn::list
{

struct DigestIssue {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t issue = 0;
};

class DigestRun
{
public:
    /// Finds what an earlier process has left.
    explicit DigestRun(const List& list);

    bool is_under_way() const { return issue_.issue != 0; }
    const DigestIssue& issue() const { return issue_; }

    /// Durable on return.
    void begin(const DigestIssue& issue, const Subscribers& subscribers);

    bool has_recipients() const { return !recipients_.empty(); }
    bool has_more() const { return sent_ < recipients_.size(); }
    std::vector<std::string> next_batch() const;
    /// Durable on return.
    void batch_is_sent();

    void end();

private:
    std::string path_;
    Spool spool_;
    DigestIssue issue_;
    std::vector<std::string> recipients_;
    std::size_t sent_ = 0;
};

} // namespace mn::list
