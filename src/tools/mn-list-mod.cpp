// mn-list-mod: what waits for the moderators of a list, and what they decide about it.
//
// Contract: man/mn-list-mod.1    Behaviour: list/queue.hpp, list/held.hpp,
//                                   list/moderator_rules.hpp
// Tests: tests/tools/mn-list-mod.bats

#include "base/date.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/owner.hpp"
#include "base/text.hpp"
#include "base/who.hpp"
#include "cli/tool.hpp"
#include "list/equipment.hpp"
#include "list/moderator_rules.hpp"
#include "list/postings.hpp"
#include "list/queue.hpp"
#include "list/queue_text.hpp"
#include "list/request_moderation.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace
{

using namespace mn;
using list::List;
using list::Queued;

struct Options {
    std::string list;
    std::string sendmail = "/usr/sbin/sendmail";
    std::string reason;
    std::string by;
    std::vector<std::string> texts;
    std::vector<std::string> arguments;
    bool json = false;
    bool access = false;
    bool dry_run = false;
};

/// The list, what waits, how mail of the list is sent, and who decides.
struct Desk {
    const Options& options;
    const List& list;
    const list::Context& context;
    std::vector<Queued> queue;
    std::string who;
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
        [&](const list::Posting& posting) { list::accept_post(desk.context, posting); }};
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

// ---- rules about people -------------------------------------------------------------------------

/// ", by ann, 2026-03-01T10:00:00Z", as far as it is known.
std::string origin_of(const list::ModeratorRule& rule)
{
    return cat(rule.who.empty() ? "" : ", by ", rule.who, rule.since.empty() ? "" : ", ",
               rule.since);
}

int print_rules(const Desk& desk)
{
    if (desk.options.access) {
        cli::print(access_with_bans(desk.list));
        return exit_status::ok;
    }
    for (const list::ModeratorRule& rule : moderator_rules(desk.list))
        cli::print(cat(desk.options.json ? rule_json(rule).text() : rule_line(rule), "\n"));
    return exit_status::ok;
}

std::optional<list::ModeratorRule> rule_about(const Desk& desk, const std::string& address)
{
    for (list::ModeratorRule& rule : moderator_rules(desk.list))
        if (equal_ignoring_case(rule.address, address)) return std::move(rule);
    return std::nullopt;
}

int set_rule(const Desk& desk, list::Ruling ruling, const std::string& address)
{
    const list::ModeratorRule rule{ruling, lower(address),
                                   utc(desk.context.now, "%Y-%m-%dT%H:%M:%SZ"), desk.who};
    const auto before =
        desk.options.dry_run ? rule_about(desk, address) : set_rule(desk.list, rule);
    const std::string done = ruling == list::Ruling::ban ? "banned: " : "allowed: ";
    if (before && before->ruling == ruling)
        cli::print(cat("already ", done, rule.address, origin_of(*before), "\n"));
    else if (before)
        tell(desk, cat(done, rule.address, ", by ", rule.who,
                       "; before: ", ruling_name(before->ruling), origin_of(*before)));
    else
        tell(desk, cat(done, rule.address, ", by ", rule.who));
    return exit_status::ok;
}

int forget(const Desk& desk, const std::string& address)
{
    const auto before =
        desk.options.dry_run ? rule_about(desk, address) : forget_rule(desk.list, address);
    if (!before) {
        cli::print(cat("no rule about ", address, "\n"));
        return exit_status::found_problems;
    }
    tell(desk, cat("forgotten: ", before->address, ", by ", desk.who,
                   "; before: ", ruling_name(before->ruling), origin_of(*before)));
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

int for_each_address(const Desk& desk, const std::function<int(const std::string&)>& act)
{
    const auto& arguments = desk.options.arguments;
    if (arguments.size() < 2) throw UsageError(cat(arguments[0], " wants an ADDRESS"));
    const std::span<const std::string> addresses = std::span(arguments).subspan(1);
    for (const std::string& address : addresses)
        if (!parse_address(address)) throw UsageError(cat("not an address: ", printable(address)));
    int status = exit_status::ok;
    for (const std::string& address : addresses)
        status = std::max(status, act(address));
    return status;
}

constexpr const char* actions =
    "list, show, release, reject, permit, obstruct, rules, allow, ban or forget";

int act_on_queue(const Desk& desk, const std::string& action)
{
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
    throw UsageError(cat("what is ", printable(action), "? ", actions));
}

int act(const Desk& desk)
{
    using list::Ruling;
    const auto& arguments = desk.options.arguments;
    const std::string action = arguments.empty() ? "list" : arguments.front();
    if (action != "reject" && !desk.options.reason.empty())
        throw UsageError("--reason is for reject");
    if (action != "rules" && desk.options.access) throw UsageError("--access is for rules");
    if (action == "list" && arguments.size() < 2) return print_queue(desk);
    if (action == "rules" && arguments.size() < 2) return print_rules(desk);
    const auto each = [&](const std::function<int(const std::string&)>& body) {
        return for_each_address(desk, body);
    };
    if (action == "allow") return each([&](auto& a) { return set_rule(desk, Ruling::allow, a); });
    if (action == "ban") return each([&](auto& a) { return set_rule(desk, Ruling::ban, a); });
    if (action == "forget") return each([&](auto& address) { return forget(desk, address); });
    return act_on_queue(desk, action);
}

int run(const Options& options)
{
    if (options.list.empty()) throw UsageError("--list is missing: which list?");
    const list::Equipment equipment(options.sendmail, options.texts);
    log::identify("mn-list-mod", "");
    const std::string who = options.by.empty() ? who_runs_this() : options.by;
    if (std::any_of(who.begin(), who.end(), is_control))
        throw UsageError("--by wants one line without control characters");
    if (runs_as_root()) become_owner_of(options.list);
    const List list(options.list);
    const list::Context context = equipment.context_of(list);
    const Desk desk{options, list, context, list::queue_of(list, context.now), who};
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
    tool.arguments("[ACTION [TOKEN|ADDRESS...]]", options.arguments, actions);
    tool.words("", "list show release reject permit obstruct rules allow ban forget");
    tool.option("--list", options.list, "DIR", "the list's directory");
    tool.option("--reason", options.reason, "TEXT", "reject: tell the author why");
    tool.option("--by", options.by, "NAME", "allow, ban, forget: who has decided it");
    tool.flag("--access", options.access, "rules: print what is banned as a file control/access");
    tool.list("--texts", options.texts, "DIR", "list texts after the list's own; may be repeated");
    tool.option("--sendmail", options.sendmail, "COMMAND", "how mail is handed to Postfix");
    tool.flag("--json", options.json, "list, show, rules: print JSON Lines");
    tool.flag("-n,--dry-run", options.dry_run, "say what would be done, and do nothing");
    return tool.run(argc, argv, [&] { return run(options); });
}
