#include "list/expiry.hpp"

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "list/answer_limit.hpp"
#include "list/held.hpp"
#include "list/notice.hpp"
#include "list/subscribers.hpp"
#include "list/text.hpp"
#include "message/encoded_word.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::size_t max_told = 100; // posts that the owners are told of one by one
constexpr std::int64_t day = 86400;

bool is_old_file(int directory, const std::string& name, std::int64_t moment)
{
    struct stat found = {};
    return ::fstatat(directory, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
           !S_ISDIR(found.st_mode) && found.st_mtime < moment;
}

/// The directory below that of the list; nothing when there is none.
Fd open_below(const List& list, const std::string& directory)
{
    Fd fd(::openat(list.fd(), directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno != ENOENT) throw system_error(errno, "open", list.path(directory));
    return fd;
}

std::string subject_of(std::string_view message)
{
    const auto field = find_field(split_message(message).header, "Subject");
    return field ? encoded_words::decode(field->value) : std::string();
}

/// The list has a text of its own for this, not only one for anything of that purpose.
bool has_text(const Context& context, const Occasion& occasion)
{
    const auto text = find_text(context.list, context.texts, occasion);
    Occasion general;
    general.purpose = occasion.purpose;
    Occasion action = general;
    action.action = occasion.action;
    return text && text != find_text(context.list, context.texts, general) &&
           text != find_text(context.list, context.texts, action);
}

Occasion expired(const char* purpose)
{
    return {.purpose = purpose, .action = "post", .reason = "expired", .type = {}};
}

void tell_owners(const Context& context, const std::vector<HeldPost>& posts)
{
    std::vector<std::string> recipients = context.list.lines("owner");
    for (const std::string& moderator : context.list.lines("moderators"))
        if (std::find(recipients.begin(), recipients.end(), moderator) == recipients.end())
            recipients.push_back(moderator);
    if (recipients.empty() || !has_text(context, expired("notify"))) return;
    Notice notice;
    notice.occasion = expired("notify");
    notice.to = context.list.address_for("owner");
    notice.is_reply = false;
    notice.values.values["count"] = std::to_string(posts.size());
    notice.values.values["days"] =
        std::to_string(context.list.number("modreqlife") / static_cast<std::uint64_t>(day));
    notice.values.sources["posters"] = [&](const auto& use) {
        for (std::size_t i = 0; i < std::min(posts.size(), max_told); ++i)
            use(cat(printable(posts[i].sender), ": ", subject_of(posts[i].message)));
    };
    context.send({.sender = context.list.address_for("bounces-help"),
                  .recipients = std::move(recipients),
                  .message = compose_notice(context, std::move(notice)),
                  .with_verp = false});
}

/// What the list itself has put there when it held the post would look like that of another list.
std::string without_list_fields(const std::string& message)
{
    const MessageParts parts = split_message(message);
    std::string header(parts.header);
    for (const char* const name : {"List-Id", "X-Loop", "Precedence"})
        header = remove_fields(header, name);
    return cat(header, parts.separator, parts.body);
}

/// Who vouched for the author is not known any more: only subscribers, who have once confirmed
/// their address, are told.
bool may_tell_author(const Context& context, const HeldPost& post)
{
    const auto author = subscriber_address(post.sender);
    if (!author || Subscribers(context.list).find(*author) == Subscription::none) return false;
    const std::string message = without_list_fields(post.message);
    Incoming mail;
    mail.message = message;
    mail.sender = *author;
    mail.author = *author;
    return !why_no_answer(context.list, mail) && has_text(context, expired("deny")) &&
           take_answer(context.list, *author, context.now);
}

void tell_author(const Context& context, const HeldPost& post)
{
    if (!may_tell_author(context, post)) return;
    const std::string author = lower(post.sender);
    Notice notice;
    notice.occasion = expired("deny");
    notice.to = author;
    notice.from = context.list.address_for("owner");
    notice.values.values["subject"] = subject_of(post.message);
    notice.values.values["posteraddr"] = author;
    notice.values.original_mail = post.message;
    context.send({.sender = context.list.address_for("bounces-help"),
                  .recipients = {author},
                  .message = compose_notice(context, std::move(notice)),
                  .with_verp = false});
}

/// Taken out of the hands of the moderators; those that they were faster with are left out.
std::vector<HeldPost> take_expired_posts(const Context& context, std::int64_t moment)
{
    std::vector<HeldPost> taken;
    for (const HeldPost& known : held_posts(context.list, 0)) {
        if (known.since >= moment) continue;
        const HeldLock lock(context.list);
        auto post = find_held_post(context.list, known.token, 0);
        if (post && discard_held(context.list, known.token)) taken.push_back(std::move(*post));
    }
    return taken;
}

} // namespace

std::size_t remove_older_than(const List& list, const std::string& directory, std::int64_t moment,
                              const std::function<bool(std::string_view)>& is_wanted)
{
    const Fd fd = open_below(list, directory);
    if (!fd) return 0;
    std::vector<std::string> names;
    find_entry(fd.get(), [&](std::string_view name) {
        if (name.front() != '.' && (!is_wanted || is_wanted(name))) names.emplace_back(name);
        return false;
    });
    std::size_t removed = 0;
    for (const std::string& name : names)
        if (is_old_file(fd.get(), name, moment) && ::unlinkat(fd.get(), name.c_str(), 0) == 0)
            ++removed;
    return removed;
}

void expire_held(const Context& context, Report& report)
{
    if (::faccessat(context.list.fd(), "moderation", F_OK, 0) != 0) return;
    const std::int64_t life = static_cast<std::int64_t>(
        std::min<std::uint64_t>(context.list.number("modreqlife"), std::uint64_t{1} << 40));
    const std::int64_t moment = context.now - life;
    const std::vector<HeldPost> posts = take_expired_posts(context, moment);
    // What is left is subscriptions, and what mlmmj was killed over.
    const std::size_t others = remove_older_than(context.list, "moderation", moment);
    remove_older_than(context.list, "mailnode/held", moment - day);
    if (others != 0)
        report.lines.push_back(
            cat("moderation: ", std::to_string(others), " requests have expired"));
    if (posts.empty()) return;
    report.lines.push_back(
        cat("moderation: ", std::to_string(posts.size()), " posts have expired"));
    tell_owners(context, posts);
    for (const HeldPost& post : posts)
        tell_author(context, post);
}

} // namespace mn::list
