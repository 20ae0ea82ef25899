// mn-list-mod: what waits for the moderators of a list, and what they decide about it.
//
// Contract: man/mn-list-mod.1    Behaviour: list/queue.hpp, list/held.hpp, list/control_edit.hpp
// Tests: tests/tools/mn-list-mod.bats

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/owner.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "list/control_edit.hpp"
#include "list/postings.hpp"
#include "list/queue.hpp"
#include "list/queue_text.hpp"
#include "list/request_moderation.hpp"
#include "mta/submit.hpp"

#include <algorithm>

namespace
{

using namespace mn;
using list::List;
using list::Queued;

struct Options {
    std::string list;
    std::string sendmail = "/usr/sbin/sendmail";
    std::string reason;
    std::vector<std::string> texts;
    std::vector<std::string> arguments;
    bool json = false;
    bool dry_run = false;
};

/// The list, what waits, and how mail of the list is sent.
struct Desk {
    const Options& options;
    const List& list;
    const list::Context& context;
    std::vector<Queued> queue;
};

// ---- looking ------------------------------------------------------------------------------------

int print_queue(const Desk& desk)
{
    const auto tokens = list::short_tokens(desk.queue);
    for (std::size_t at = 0; at < desk.queue.size(); ++at) {
        const Queued& item = desk.queue[at];
        const std::string line = desk.options.json ? list::queue_json(item).text()
                                                   : queue_line(item, tokens[at], desk.context.now);
        cli::print(cat(line, "\n"));
    }
    return exit_status::ok;
}

int show(const Desk& desk, const Queued& item)
{
    const auto post =
        item.is_post ? find_held_post(desk.list, item.token, desk.context.now) : std::nullopt;
    const std::string message = post ? post->message : "";
    if (desk.options.json)
        cli::print(cat(list::queue_json(item).add("message", message).text(), "\n"));
    else
        cli::print(queue_story(item, message, desk.context.now));
    return exit_status::ok;
}

// ---- deciding -----------------------------------------------------------------------------------

void tell(const Desk& desk, std::string_view what)
{
    if (!desk.options.dry_run)
        log::info(cat("list=", desk.list.address().text(), ": ", printable(what)));
    cli::print(cat(desk.options.dry_run ? "would have been " : "", what, "\n"));
}

int gone(const Queued& item)
{
    cli::print(cat(item.token, ": somebody else was faster\n"));
    return exit_status::found_problems;
}

int release(const Desk& desk, const Queued& item)
{
    const list::RequestHooks hooks{
        [&](const std::string& message, const std::string& identity, const std::string& omit) {
            list::accept_post(desk.context, {message, identity, omit});
        }};
    if (!desk.options.dry_run && !release_held(desk.context, item.token, hooks)) return gone(item);
    tell(desk, cat("released: ", item.token, " by ", list::harmless_line(item.author)));
    return exit_status::ok;
}

/// The author of a post hears of it only if there is a reason to tell.
int drop(const Desk& desk, const Queued& item)
{
    const std::string done = item.is_post ? "rejected" : "obstructed";
    const bool is_done = desk.options.dry_run ||
                         (item.is_post ? reject_held(desk.context, item.token, desk.options.reason)
                                       : obstruct_held(desk.context, item.token));
    if (!is_done) return gone(item);
    tell(desk, cat(done, ": ", item.token, " by ", list::harmless_line(item.author)));
    return exit_status::ok;
}

int permit(const Desk& desk, const Queued& item)
{
    if (desk.options.dry_run) {
        tell(desk, cat("permitted: ", item.token, " ", item.author));
        return exit_status::ok;
    }
    const auto done = permit_held(desk.context, item.token);
    if (!done) return gone(item);
    tell(desk, cat("permitted: ", item.token, ": ", *done));
    return exit_status::ok;
}

int change_control(const Desk& desk, const std::string& address, bool is_ban)
{
    const std::string file = is_ban ? "access" : "allowposters";
    const auto parsed = parse_address(address);
    if (!parsed) throw UsageError(cat("not an address: ", printable(address)));
    const bool changed = desk.options.dry_run || (is_ban ? ban_poster(desk.list, address)
                                                         : allow_poster(desk.list, address));
    if (!changed) {
        cli::print(cat("already in control/", file, ": ", parsed->key(), "\n"));
        return exit_status::ok;
    }
    tell(desk, cat(is_ban ? "banned: " : "allowed: ", parsed->key(), " in control/", file));
    cli::print(cat("If this list is configured in userconfig/lists, change ", file,
                   " there as well: the next reload puts its version here.\n"));
    return exit_status::ok;
}

// ---- what was asked for -------------------------------------------------------------------------

enum class Wants { post, subscription, either };

/// The one thing that is meant; nothing: said why not.
const Queued* find(const Desk& desk, const std::string& token, Wants wants)
{
    const auto found = find_in_queue(desk.queue, token);
    if (found.size() > 1) {
        cli::print(cat(printable(token), ": ", std::to_string(found.size()),
                       " tokens begin so; give more of it\n"));
        return nullptr;
    }
    const bool is_right =
        !found.empty() && (wants == Wants::either || found[0]->is_post == (wants == Wants::post));
    if (is_right) return found[0];
    const char* const kind = wants == Wants::subscription ? "no such subscription waits"
                             : wants == Wants::post       ? "no such post waits"
                                                          : "nothing such waits";
    cli::print(cat(printable(token), ": ", kind, "\n"));
    return nullptr;
}

int for_each_token(const Desk& desk, Wants wants, const std::function<int(const Queued&)>& act)
{
    const auto& arguments = desk.options.arguments;
    if (arguments.size() < 2) throw UsageError(cat(arguments[0], " wants at least one TOKEN"));
    int status = exit_status::ok;
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        const Queued* const item = find(desk, arguments[at], wants);
        status = std::max(status, item == nullptr ? exit_status::found_problems : act(*item));
        if (!desk.options.dry_run) cli::flush_if_possible();
    }
    return status;
}

int for_each_address(const Desk& desk, bool is_ban)
{
    const auto& arguments = desk.options.arguments;
    if (arguments.size() < 2) throw UsageError(cat(arguments[0], " wants an ADDRESS"));
    for (std::size_t at = 1; at < arguments.size(); ++at)
        change_control(desk, arguments[at], is_ban);
    return exit_status::ok;
}

int act(const Desk& desk)
{
    const auto& arguments = desk.options.arguments;
    const std::string action = arguments.empty() ? "list" : arguments.front();
    if (action != "reject" && !desk.options.reason.empty())
        throw UsageError("--reason is for reject");
    if (action == "list" && arguments.size() < 2) return print_queue(desk);
    const auto each = [&](Wants wants, const std::function<int(const Queued&)>& body) {
        return for_each_token(desk, wants, body);
    };
    if (action == "show") return each(Wants::either, [&](auto& item) { return show(desk, item); });
    if (action == "release") return each(Wants::post, [&](auto& i) { return release(desk, i); });
    if (action == "reject") return each(Wants::post, [&](auto& item) { return drop(desk, item); });
    if (action == "permit")
        return each(Wants::subscription, [&](auto& item) { return permit(desk, item); });
    if (action == "obstruct")
        return each(Wants::subscription, [&](auto& i) { return drop(desk, i); });
    if (action == "allow" || action == "ban") return for_each_address(desk, action == "ban");
    throw UsageError(cat("what is ", printable(action),
                         "? list, show, release, reject, permit, obstruct, allow or ban"));
}

list::Send sender_of(const Options& options)
{
    return [command = options.sendmail](const list::Outgoing& mail) {
        Submission submission;
        submission.sender = mail.sender;
        submission.recipients = mail.recipients;
        submission.sendmail.clear();
        for (const std::string_view word : split_words(command))
            submission.sendmail.emplace_back(word);
        submission.verp = mail.with_verp;
        submit(mail.message, submission);
    };
}

int run(const Options& options)
{
    if (options.list.empty()) throw UsageError("--list is missing: which list?");
    if (split_words(options.sendmail).empty()) throw UsageError("--sendmail names no program");
    log::identify("mn-list-mod", "");
    if (runs_as_root()) become_owner_of(options.list);
    const List list(options.list);
    const list::Send send = sender_of(options);
    const list::TextDirectories texts =
        options.texts.empty() ? list::TextDirectories{"/usr/local/share/mailnode/listtext"}
                              : options.texts;
    const list::Context context{list, texts, send, now().seconds};
    const Desk desk{options, list, context, list::queue_of(list, context.now)};
    const int status = act(desk);
    cli::flush();
    return status;
}

} // namespace

int main(int argc, char** argv)
{
    cli::Tool tool("mn-list-mod", "what waits for the moderators of a mailing list",
                   cli::Audience::admin);
    Options options;
    tool.arguments("[ACTION [TOKEN|ADDRESS...]]", options.arguments,
                   "list, show, release, reject, permit, obstruct, allow or ban");
    tool.option("--list", options.list, "DIR", "the list's directory");
    tool.option("--reason", options.reason, "TEXT", "reject: tell the author why");
    tool.list("--texts", options.texts, "DIR", "list texts after the list's own; may be repeated");
    tool.option("--sendmail", options.sendmail, "COMMAND", "how mail is handed to Postfix");
    tool.flag("--json", options.json, "list, show: print JSON Lines");
    tool.flag("-n,--dry-run", options.dry_run, "say what would be done, and do nothing");
    return tool.run(argc, argv, [&] { return run(options); });
}
