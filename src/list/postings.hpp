// From a post that is accepted to everybody who gets it: numbered, archived and recorded first,
// then sent in batches; a kill at any moment loses nobody, and a second try sends nobody twice
// beyond the batch that was under way. With control/oneclick each gets a copy of his own, if it can
// be signed (oneclick_copy.hpp): a kill sends one of them twice, a power cut copies_at_once of
// them.
//
//   accept_post(context, {.message = …, .identity = …});     // a retry with the same identity goes
//                                                            // on where the first try ended
//   resume_postings(context);                                // what an earlier process left undone
//
// In mailnode/sending/N.to are the recipients as they were when N was accepted, in N.state how far
// it is (posting_state.hpp). The archive holds the post before the first batch leaves; index is
// raised in between, so numbers have no holes. Under the lock of index, as mlmmj has it, posts are
// numbered; under a lock for each, several are sent at once. What is done is remembered for a week
// in mailnode/sent, by its identity.
//
// Throws Error 4.3.x: try again.
#pragma once

#include "list/mail.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mn::list
{

struct Posting {
    std::string message;  ///< as subscribers get it
    std::string identity; ///< the same for every try of the same mail: queue id and a digest
    std::string omit;     ///< notmetoo: this address does not get it; any case
    /// How many bytes at the top of message are our signatures and our seal, and may be made anew.
    std::size_t signed_bytes = 0;
};

struct PostingResult {
    std::uint64_t number = 0;
    std::size_t recipients = 0;
    bool was_done = false; ///< an earlier try had finished it
};

PostingResult accept_post(const Context& context, const Posting& posting);

/// "QUEUEID-0123456789abcdef" or, without a queue id, the digest alone.
std::string post_identity(std::string_view queue_id, std::string_view message);

/// Was a post of this identity sent to everybody in the last week?
bool was_posted(const List& list, std::string_view identity);

/// Posts whose sending was interrupted, oldest first; those that another process is sending are
/// left to it. Returns how many were finished. Forgets what was done more than a week ago.
std::size_t resume_postings(const Context& context);

/// The number of the last post; 0: none yet.
std::uint64_t last_number(const List& list);

/// Recipients in one call of sendmail(1), and their bytes: arguments have a limit.
inline constexpr std::size_t batch_size = 1000;
inline constexpr std::size_t max_batch_bytes = 100000;

/// Copies of control/oneclick from one fsync to the next.
inline constexpr std::size_t copies_at_once = 100;

/// The envelope sender that tells whose mail came back, as Postfix makes it of sender and
/// recipient: "cats+bounces-7.TAG-ann=example.net@example.org".
std::string verp_sender(std::string_view sender, std::string_view recipient);

} // namespace mn::list
