#include "list/digest.hpp"

#include "base/text.hpp"
#include "list/digest_message.hpp"
#include "list/digest_run.hpp"
#include "list/last_digest.hpp"
#include "list/postings.hpp"
#include "list/subscribers.hpp"
#include "list/token.hpp"

#include <algorithm>
#include <unistd.h>

namespace mn::list
{
namespace
{

/// How far digests go now: the number of the last post that belongs in one.
std::uint64_t planned_end(const List& list, const DigestMark& mark, std::int64_t now)
{
    const std::uint64_t newest = last_number(list);
    if (newest <= mark.index) return mark.index;
    const std::uint64_t interval = list.number("digestinterval");
    const std::uint64_t most = max_posts_in_digest(list);
    const std::uint64_t waited =
        now > mark.time ? static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(mark.time)
                        : 0;
    if (waited >= interval) return newest;
    return mark.index + (newest - mark.index) / most * most; // only full ones
}

bool is_interrupted(const List& list)
{
    return ::access(list.path("mailnode/digest").c_str(), F_OK) == 0;
}

/// Sends what is left of the issue that is under way, and puts it on record.
bool finish(const Context& context, DigestRun& run, LastDigest& last)
{
    const DigestIssue issue = run.issue();
    const bool is_over = last.mark().issue >= issue.issue && last.mark().index >= issue.last;
    const bool has_sense =
        !is_over && run.has_recipients() && has_posts(context.list, issue.first, issue.last);
    if (run.has_more() && has_sense) {
        const std::string message = compose_digest(context, issue.first, issue.last, issue.issue);
        const std::string sender =
            context.list.address_for(cat("bounces-digest.", bounce_tag(context.list, "digest")));
        for (; run.has_more(); run.batch_is_sent())
            context.send({.sender = sender,
                          .recipients = run.next_batch(),
                          .message = message,
                          .with_verp = true});
    }
    if (!is_over) last.write({.index = issue.last, .time = context.now, .issue = issue.issue});
    run.end();
    return has_sense;
}

} // namespace

bool is_digest_due(const List& list, std::int64_t now)
{
    if (list.flag("noarchive")) return false;
    const DigestMark mark = read_digest_mark(list);
    return planned_end(list, mark, now) > mark.index || is_interrupted(list);
}

std::size_t send_digests(const Context& context)
{
    const List& list = context.list;
    if (!is_digest_due(list, context.now)) return 0;
    LastDigest last(list);
    if (!last.is_locked()) return 0;
    std::size_t sent = 0;
    DigestRun run(list);
    if (run.is_under_way() && finish(context, run, last)) ++sent;
    const std::uint64_t end = planned_end(list, last.mark(), context.now);
    const std::uint64_t most = max_posts_in_digest(list);
    const Subscribers subscribers(list);
    while (last.mark().index < end) {
        const std::uint64_t first = last.mark().index + 1;
        const std::uint64_t wanted = std::min(end, last.mark().index + most);
        run.begin({.first = first,
                   .last = last_that_fits(list, first, wanted),
                   .issue = last.mark().issue + 1},
                  subscribers);
        if (finish(context, run, last)) ++sent;
    }
    return sent;
}

} // namespace mn::list
