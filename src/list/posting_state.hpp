// One post under way, as mailnode/sending has it: N.to, one recipient a line; N.state, how far it
// is; N.msg, the message, when there is no archive to keep it.
//
//   IndexLock numbers(list);                          // nobody gets a number meanwhile
//   const auto number = numbers.next();
//   write_posting(list, number, record);              // durable, and void until index is raised
//   numbers.raise(number);
//   auto state = SendingState::open(list, number);    // ours alone, until it is destroyed
//   state->advance(offset);                           // durable
//   state->note(offset);                              // survives a kill, not a power cut
//
// N.state is 20 digits, how many bytes of N.to are sent, and the identity, a line each; a third
// line, of a list with control/oneclick, how many bytes at the top of the message are signatures
// and seal of ours. The digits are changed in place, so that a full disk cannot stop it. Throws
// Error 4.3.x.
#pragma once

#include "base/fd.hpp"
#include "list/list.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

/// index: the number of the last post, decimal, without a line end, as mlmmj keeps it.
class IndexLock
{
public:
    /// Waits for others, at most half a minute.
    explicit IndexLock(const List& list);

    std::uint64_t last() const { return last_; }
    /// The number for the next post. Numbers that the archive has already, for index was lost, are
    /// left out: nothing is overwritten.
    std::uint64_t next() const;
    /// Durable on return.
    void raise(std::uint64_t number);

private:
    const List& list_;
    Fd fd_;
    std::uint64_t last_ = 0;
    std::size_t size_ = 0; ///< of the file
};

struct PostingRecord {
    std::string_view message;
    std::string_view identity;
    bool is_archived = true;
    /// Calls back with every recipient.
    std::function<void(const std::function<void(std::string_view)>&)> recipients;
    std::size_t signed_bytes = 0; ///< see Posting in postings.hpp
};

/// In place of what an earlier process may have left under a number that it never got.
void write_posting(const List& list, std::uint64_t number, const PostingRecord& record);

/// All of a number, but not what is in the archive.
void remove_posting(const List& list, std::uint64_t number);

/// The numbers of which there is an N.state, in order.
std::vector<std::uint64_t> postings_under_way(const List& list);
/// "" when there is none.
std::string identity_of(const List& list, std::uint64_t number);

class SendingState
{
public:
    /// Nothing when it is gone, or another process has it.
    static std::optional<SendingState> open(const List& list, std::uint64_t number);

    std::uint64_t number() const { return number_; }
    const std::string& identity() const { return identity_; }
    std::size_t signed_bytes() const { return signed_bytes_; }
    std::uint64_t offset() const { return offset_; }
    void advance(std::uint64_t offset);
    /// advance() without waiting for the disk.
    void note(std::uint64_t offset);

    /// Of the archive, or N.msg. Nothing: somebody has removed it.
    std::optional<std::string> message() const;

    /// The next recipients, from offset on, and where those after them begin.
    struct Batch {
        std::vector<std::string> recipients;
        std::uint64_t end = 0;
    };
    Batch next_batch(std::size_t max_recipients, std::size_t max_bytes) const;

private:
    SendingState(const List& list, std::uint64_t number, Fd fd);

    const List* list_;
    std::uint64_t number_;
    Fd fd_;
    Fd recipients_; ///< none: it is done, and being removed
    std::uint64_t offset_ = 0;
    std::string identity_;
    std::size_t signed_bytes_ = 0;
};

} // namespace mn::list
