#include "list/maintenance.hpp"

#include "base/date.hpp"
#include "base/fd.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"
#include "list/bounce.hpp"
#include "list/digest.hpp"
#include "list/expiry.hpp"
#include "list/leftovers.hpp"
#include "list/postings.hpp"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::int64_t week = 604800;

std::optional<Lock> lock_if_free(const List& list)
{
    list.make_directory("mailnode");
    try {
        return Lock(list.path("mailnode/cron.lock"), std::chrono::milliseconds(0));
    } catch (const Error& error) {
        if (error.status() != "4.3.2") throw;
        return std::nullopt;
    }
}

void note(Report& report, std::size_t count, std::string_view what)
{
    if (count != 0) report.lines.push_back(cat(what, ": ", std::to_string(count)));
}

void remove_old(const Context& context, Report& report)
{
    const List& list = context.list;
    const std::int64_t moment = context.now - week;
    note(report, remove_older_than(list, "queue/discarded", moment), "queue/discarded: removed");
    note(report, remove_older_than(list, "subconf", moment), "subconf: requests expired");
    note(report, remove_older_than(list, "unsubconf", moment), "unsubconf: requests expired");
    remove_older_than(list, "mailnode", moment,
                      [](std::string_view name) { return name == "answers"; });
}

void handle_bounces(const Context& context, Report& report)
{
    BounceWork work = judge_bouncers(context);
    report.lines.insert(report.lines.end(), work.lines.begin(), work.lines.end());
    report.failures.insert(report.failures.end(), work.failures.begin(), work.failures.end());
}

/// What the owner may look at; nothing depends on it, so nobody waits until it is durable.
void write_run_log(const Context& context, const Report& report)
{
    std::string text =
        cat("Starting maintenance run at ", utc(context.now, "%a %b %e %H:%M:%S %Y"), "\n\n");
    for (const std::string& line : report.lines)
        text.append(line).append("\n");
    for (const std::string& line : report.failures)
        text.append("failed: ").append(line).append("\n");
    const int directory = context.list.fd();
    // Under the lock of all this; the same name each time, so that nothing piles up after kills.
    const char* const name = "mailnode/lastrun.new";
    ::unlinkat(directory, name, 0);
    const Fd file(
        ::openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    const std::string path = context.list.path("mlmmj-maintd.lastrun.log");
    if (!file) throw system_error(errno, "create", path);
    try {
        write_all(file.get(), text, path);
        context.list.adopt(file.get(), false);
        if (::renameat(directory, name, directory, "mlmmj-maintd.lastrun.log") != 0)
            throw system_error(errno, "replace", path);
    } catch (...) {
        ::unlinkat(directory, name, 0);
        throw;
    }
}

} // namespace

std::string failure_of(std::string_view what, const Error& error)
{
    return cat(what, ": ",
               error.detail().empty() ? std::string_view(error.what()) : error.detail());
}

Report maintain(const Context& context)
{
    Report report;
    const auto lock = lock_if_free(context.list);
    if (!lock) {
        report.is_busy = true;
        return report;
    }
    const auto step = [&](std::string_view what, const auto& work) {
        try {
            work();
        } catch (const Error& error) {
            report.failures.push_back(failure_of(what, error));
        }
    };
    step("moderation", [&] { expire_held(context, report); });
    step("old files", [&] { remove_old(context, report); });
    step("leftovers", [&] { resend_leftovers(context, report); });
    step("sending", [&] { note(report, resume_postings(context), "posts finished"); });
    step("bounces", [&] { handle_bounces(context, report); });
    step("digest", [&] {
        if (is_digest_due(context.list, context.now))
            note(report, send_digests(context), "digests sent");
    });
    step("log", [&] { write_run_log(context, report); });
    return report;
}

} // namespace mn::list
