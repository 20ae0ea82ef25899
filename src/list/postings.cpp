#include "list/postings.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "list/oneclick_copy.hpp"
#include "list/posting_state.hpp"
#include "list/spool.hpp"
#include "list/subscribers.hpp"
#include "list/token.hpp"

#include <algorithm>
#include <unistd.h>

namespace mn::list
{
namespace
{

const std::string done_directory = "mailnode/sent";
constexpr std::int64_t done_life = 7 * 86400; // longer than Postfix tries
constexpr std::size_t max_done = 100;

std::string hexadecimal(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text.append({digits[byte >> 4], digits[byte & 15]});
    }
    return text;
}

/// Fit for a file's name and a line of N.state, whatever the identity is.
std::string done_name(std::string_view identity)
{
    if (is_plain_name(identity)) return std::string(identity);
    return hexadecimal(crypto::bytes_of(crypto::sha256(identity)));
}

std::optional<PostingResult> find_done(const Spool& done, const std::string& name)
{
    const auto mark = done.read(name, max_done);
    if (!mark) return std::nullopt;
    const auto lines = split(mark->content, '\n');
    PostingResult result;
    result.number = parse_number(lines.front()).value_or(0);
    result.recipients = lines.size() > 1 ? parse_number(lines[1]).value_or(0) : 0;
    result.was_done = true;
    return result;
}

/// Everybody who gets posts one by one, but who does not want his own.
void for_each_recipient(const List& list, const std::string& omit,
                        const std::function<void(std::string_view)>& use)
{
    Subscribers(list).for_each(Kind::normal, [&](std::string_view address) {
        if (omit.empty() || !equal_ignoring_case(address, omit)) use(address);
    });
}

/// It is done and marked: what cannot be removed now is removed by the next who comes.
void clean_up(const List& list, std::uint64_t number) noexcept
{
    try {
        remove_posting(list, number);
    } catch (const std::exception& error) {
        log::warning(cat("post ", std::to_string(number), " is sent, but: ", error.what()));
    }
}

/// An earlier try has left the mark that it is done, and perhaps not come further.
PostingResult done_before(const List& list, const PostingResult& result, const std::string& name)
{
    const auto state = SendingState::open(list, result.number);
    if (state && state->identity() == name) clean_up(list, result.number);
    return result;
}

/// One mail for all; returns how many.
std::size_t send_batches(const Context& context, SendingState& state, const std::string& sender,
                         std::string message)
{
    std::size_t count = 0;
    Outgoing mail{sender, {}, std::move(message), true};
    for (;;) {
        const auto batch = state.next_batch(batch_size, max_batch_bytes);
        if (batch.recipients.empty()) return count;
        mail.recipients = batch.recipients;
        context.send(mail);
        state.advance(batch.end);
        count += batch.recipients.size();
    }
}

/// A mail for each. The disk is waited for now and then only: what is noted survives our end.
std::size_t send_copies(const Context& context, SendingState& state, const std::string& sender,
                        const OneClickCopies& copies)
{
    std::size_t count = 0;
    for (;;) {
        const auto batch = state.next_batch(copies_at_once, max_batch_bytes);
        if (batch.recipients.empty()) return count;
        for (const std::string& recipient : batch.recipients) {
            Outgoing mail{verp_sender(sender, recipient), {recipient}, copies.copy_for(recipient)};
            mail.is_signed = true;
            context.send(mail);
            state.note(state.offset() + recipient.size() + 1);
        }
        state.advance(batch.end);
        count += batch.recipients.size();
    }
}

/// All that is left of it, then the mark that it is done.
PostingResult send_rest(const Context& context, SendingState& state)
{
    const List& list = context.list;
    const std::string number = std::to_string(state.number());
    const std::string sender =
        list.address_for(cat("bounces-", number, ".", bounce_tag(list, number)));
    PostingResult result{state.number(), 0, false};
    auto message = state.message();
    if (!message)
        log::warning(cat("post ", number, " cannot be sent on: somebody has removed it"));
    else if (const auto copies = OneClickCopies::of(context, *message, state.signed_bytes()))
        result.recipients = send_copies(context, state, sender, *copies);
    else
        result.recipients = send_batches(context, state, sender, std::move(*message));
    Spool(list, done_directory)
        .put(state.identity(), cat(number, "\n", std::to_string(result.recipients), "\n"));
    clean_up(list, state.number());
    return result;
}

/// The number of this post, found or given to it now, and the right to send it; nothing when it is
/// done, or another process sends it.
std::optional<SendingState> number_post(const List& list, const Posting& posting,
                                        const std::string& name)
{
    IndexLock numbers(list);
    for (const std::uint64_t number : postings_under_way(list))
        if (number <= numbers.last() && identity_of(list, number) == name)
            return SendingState::open(list, number);
    // After the states: who finishes leaves the mark first, then removes the state.
    if (find_done(Spool(list, done_directory), name)) return std::nullopt;
    const std::uint64_t number = numbers.next();
    write_posting(list, number,
                  {posting.message, name, !list.flag("noarchive"),
                   [&](const auto& use) { for_each_recipient(list, posting.omit, use); },
                   list.flag("oneclick") ? posting.signed_bytes : 0});
    numbers.raise(number);
    return SendingState::open(list, number);
}

/// The first that nobody is sending, of a number above this one.
std::optional<SendingState> next_interrupted(const List& list, std::uint64_t above)
{
    IndexLock numbers(list);
    for (const std::uint64_t number : postings_under_way(list)) {
        // Above the last: a post that never got its number.
        if (number > above && number <= numbers.last())
            if (auto state = SendingState::open(list, number)) return state;
    }
    return std::nullopt;
}

void forget_old(const Spool& done, std::int64_t now)
{
    for (const std::string& name : done.names())
        if (done.time_of(name).value_or(now) + done_life < now) done.remove(name);
}

} // namespace

PostingResult accept_post(const Context& context, const Posting& posting)
{
    const List& list = context.list;
    const std::string name = done_name(posting.identity);
    const Spool done(list, done_directory);
    if (const auto result = find_done(done, name)) return done_before(list, *result, name);
    auto state = number_post(list, posting, name);
    if (!state) {
        // Another process had it; perhaps it has just finished.
        if (const auto result = find_done(done, name)) return *result;
        throw Error("4.3.2", "mail system busy", "another process is sending this post");
    }
    return send_rest(context, *state);
}

std::string post_identity(std::string_view queue_id, std::string_view message)
{
    const std::string digest = hexadecimal(crypto::bytes_of(crypto::sha256(message)).substr(0, 8));
    return queue_id.empty() ? digest : cat(queue_id, "-", digest);
}

bool was_posted(const List& list, std::string_view identity)
{
    return find_done(Spool(list, done_directory), done_name(identity)).has_value();
}

std::size_t resume_postings(const Context& context)
{
    std::size_t finished = 0;
    std::uint64_t above = 0;
    while (auto state = next_interrupted(context.list, above)) {
        above = state->number();
        try {
            send_rest(context, *state);
            ++finished;
        } catch (const Error& error) {
            log::warning(cat("post ", std::to_string(above), " waits: ", error.detail()));
        }
    }
    forget_old(Spool(context.list, done_directory), context.now);
    return finished;
}

std::uint64_t last_number(const List& list)
{
    const std::string path = list.path("index");
    if (::access(path.c_str(), F_OK) != 0) return 0;
    return parse_number(trim(read_file(path, 100))).value_or(0);
}

std::string verp_sender(std::string_view sender, std::string_view recipient)
{
    const std::size_t at = std::min(sender.rfind('@'), sender.size());
    std::string who(recipient);
    if (const std::size_t sign = who.rfind('@'); sign != std::string::npos) who[sign] = '=';
    return cat(sender.substr(0, at), "-", who, sender.substr(at));
}

} // namespace mn::list
