#include "list/leftovers.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "list/postings.hpp"
#include "list/spool.hpp"
#include "list/subscribers.hpp"
#include "list/token.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::int64_t settling_time = 600;    // what is younger may be mlmmj's work under way
constexpr std::int64_t orphan_age = 36000;     // when mlmmj itself gives a mail up
constexpr std::int64_t empty_directory = 3600; // the same for a directory in requeue/
constexpr std::size_t max_address = 500;
constexpr std::size_t max_addresses = std::size_t{1} << 27;

bool is_there(const List& list, const std::string& name)
{
    return ::faccessat(list.fd(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Fit for a command line and an envelope; longer local parts than the standard has are our own.
bool is_envelope_address(std::string_view text)
{
    return text.size() <= max_address && text.find('@') != text.npos && !text.starts_with('-') &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c > ' ' && c < '\x7f' && c != '<' && c != '>' && c != ',';
           });
}

/// Of a mail that mlmmj has queued.
bool is_queue_name(std::string_view name)
{
    return name.size() == 16 && name.find_first_not_of("0123456789abcdef") == name.npos;
}

bool is_sidecar(std::string_view name)
{
    return name.ends_with(".mailfrom") || name.ends_with(".reciptto") ||
           name.ends_with(".reply-to");
}

// ---- queue/NAME with NAME.mailfrom, NAME.reciptto and NAME.reply-to --------------------------

struct QueuedMail {
    std::string sender;
    std::string recipient;
    std::string reply_to;
};

std::string first_line_of(const Spool& queue, const std::string& name)
{
    const auto file = queue.read(name, 1 << 16);
    return file ? std::string(trim(split(file->content, '\n').front())) : std::string();
}

/// Nothing when it does not say where to.
std::optional<QueuedMail> envelope_of(const Spool& queue, const std::string& name)
{
    QueuedMail mail{first_line_of(queue, name + ".mailfrom"),
                    first_line_of(queue, name + ".reciptto"),
                    first_line_of(queue, name + ".reply-to")};
    if (!is_envelope_address(mail.recipient)) return std::nullopt;
    if (!mail.sender.empty() && !is_envelope_address(mail.sender)) return std::nullopt;
    if (!is_envelope_address(mail.reply_to)) mail.reply_to.clear();
    return mail;
}

void remove_queued(const Spool& queue, const std::string& name)
{
    // The mail first: without it the others are known to be of no use.
    for (const char* const suffix : {"", ".mailfrom", ".reciptto", ".reply-to"})
        queue.remove(name + suffix);
}

void resend_queued(const Context& context, const Spool& queue, const std::string& name,
                   const QueuedMail& mail)
{
    auto file = queue.read(name);
    if (!file) return;
    std::string message = std::move(file->content);
    if (!mail.reply_to.empty() && !find_field(split_message(message).header, "Reply-To"))
        message.insert(0, make_field("Reply-To", mail.reply_to, line_end_of(message)));
    context.send({.sender = mail.sender,
                  .recipients = {mail.recipient},
                  .message = std::move(message),
                  .with_verp = false});
    remove_queued(queue, name);
}

/// Kept for a week more, for somebody who misses it.
void discard_queued(const List& list, const std::string& name)
{
    const Spool discarded(list, "queue/discarded");
    const std::string from = cat("queue/", name);
    const std::string to = cat("queue/discarded/", name);
    if (::renameat(list.fd(), from.c_str(), list.fd(), to.c_str()) != 0)
        throw system_error(errno, "move", list.path(from));
    ::utimensat(list.fd(), to.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

void handle_queued(const Context& context, const Spool& queue, const std::string& name,
                   Report& report)
{
    const auto time = queue.time_of(name);
    if (!time) return;
    const std::int64_t age = context.now - *time;
    if (age < settling_time) return;
    if (is_sidecar(name)) {
        const std::string mail = name.substr(0, name.rfind('.'));
        if (age > orphan_age && !queue.time_of(mail)) queue.remove(name);
        return;
    }
    if (!is_queue_name(name)) return;
    if (const auto mail = envelope_of(queue, name)) {
        resend_queued(context, queue, name, *mail);
        report.lines.push_back(cat("queue: a mail of mlmmj sent to ", mail->recipient));
    } else if (age > orphan_age) {
        discard_queued(context.list, name);
        report.lines.push_back(cat("queue: ", printable(name),
                                   ", left by mlmmj for nobody, is now in queue/discarded"));
    }
}

// ---- requeue/N/subscribers: who has not got post N -------------------------------------------

struct Requeued {
    std::string number;
    std::string file; ///< below the list: "requeue/7/subscribers"
    std::vector<std::string> recipients;
};

/// Those who are still subscribed, each once.
std::vector<std::string> recipients_in(const List& list, std::string_view text)
{
    const Subscribers subscribers(list);
    std::vector<std::string> recipients;
    std::set<std::string, std::less<>> seen;
    for (const std::string_view line : split(text, '\n')) {
        const auto address = subscriber_address(trim(line));
        if (!address || subscribers.find(*address) == Subscription::none) continue;
        if (seen.insert(*address).second) recipients.push_back(*address);
    }
    return recipients;
}

std::optional<std::string> requeued_message(const List& list, const Spool& directory,
                                            const std::string& number)
{
    if (is_there(list, "archive"))
        if (auto file = Spool(list, "archive").read(number)) return std::move(file->content);
    auto file = directory.read("mailfile");
    return file ? std::optional(std::move(file->content)) : std::nullopt;
}

/// After each batch the file holds who is left, so that a kill sends twice to one batch at most.
void send_requeued(const Context& context, const Requeued& post, const std::string& message)
{
    const std::string sender = context.list.address_for(
        cat("bounces-", post.number, ".", bounce_tag(context.list, post.number)));
    for (std::size_t done = 0; done < post.recipients.size();) {
        const std::size_t end = std::min(done + batch_size, post.recipients.size());
        const auto at = [&](std::size_t i) {
            return post.recipients.begin() + static_cast<std::ptrdiff_t>(i);
        };
        context.send({.sender = sender,
                      .recipients = {at(done), at(end)},
                      .message = message,
                      .with_verp = true});
        done = end;
        std::string rest;
        for (std::size_t i = done; i < post.recipients.size(); ++i)
            rest.append(post.recipients[i]).append("\n");
        replace_file(context.list.path(post.file), rest, context.list.file_mode());
    }
}

void handle_requeued(const Context& context, const std::string& number, Report& report)
{
    const std::string below = cat("requeue/", number);
    struct stat found = {};
    if (::fstatat(context.list.fd(), below.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (!S_ISDIR(found.st_mode)) return;
    const Spool directory(context.list, below);
    // Whoever sends renames the file, and may have been killed.
    for (const std::string name : {"subscribers", "subscribers.resending"}) {
        const auto time = directory.time_of(name);
        const std::int64_t patience = name == "subscribers" ? settling_time : orphan_age;
        if (!time || context.now - *time < patience) continue;
        const auto file = directory.read(name, max_addresses);
        const auto message = requeued_message(context.list, directory, number);
        if (!file || !message) continue;
        const Requeued post{number, cat(below, "/", name),
                            recipients_in(context.list, file->content)};
        send_requeued(context, post, *message);
        directory.remove(name);
        report.lines.push_back(cat("requeue: post ", number, " sent to ",
                                   std::to_string(post.recipients.size()), " more"));
    }
    const bool is_done =
        !directory.time_of("subscribers") && !directory.time_of("subscribers.resending");
    if (!is_done || context.now - found.st_mtime < empty_directory) return;
    directory.remove("mailfile");
    ::unlinkat(context.list.fd(), below.c_str(), AT_REMOVEDIR);
}

} // namespace

void resend_leftovers(const Context& context, Report& report)
{
    const auto attempt = [&](const std::string& what, const auto& work) {
        try {
            work();
        } catch (const Error& error) {
            report.failures.push_back(failure_of(what, error));
        }
    };
    if (is_there(context.list, "queue")) {
        const Spool queue(context.list, "queue");
        for (const std::string& name : queue.names())
            attempt(cat("queue/", printable(name)),
                    [&] { handle_queued(context, queue, name, report); });
    }
    if (!is_there(context.list, "requeue")) return;
    for (const std::string& name : Spool(context.list, "requeue").names())
        if (parse_number(name))
            attempt(cat("requeue/", name), [&] { handle_requeued(context, name, report); });
}

} // namespace mn::list
