// mn-list-sub: the subscribers of a mailing list: add, remove, look, import, export.
//
// Contract: man/mn-list-sub.1    Behaviour: list/subscribers.hpp, list/roster.hpp,
// list/membership.hpp Tests: tests/tools/mn-list-sub.bats

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/json.hpp"
#include "base/owner.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "list/equipment.hpp"
#include "list/membership.hpp"
#include "list/roster.hpp"
#include "list/subscribers.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace
{

using namespace mn;
using namespace mn::list;

constexpr std::size_t max_input = std::size_t{1} << 30;

struct Options {
    std::vector<std::string> words; ///< the action, then addresses
    std::string list;
    bool normal = false, digest = false, nomail = false, both = false;
    bool confirm = false, welcome = false, goodbye = false;
    std::vector<std::string> texts;
    std::string sendmail = "/usr/sbin/sendmail";
    std::string format = "lines";
    bool json = false, dry_run = false, quiet = false;

    const std::string& action() const { return words.front(); }
    std::vector<Subscription> kinds() const;
};

std::vector<Subscription> Options::kinds() const
{
    std::vector<Subscription> wanted;
    if (normal) wanted.push_back(Subscription::normal);
    if (digest) wanted.push_back(Subscription::digest);
    if (nomail) wanted.push_back(Subscription::nomail);
    if (both) wanted.push_back(Subscription::both);
    return wanted;
}

/// For a person; that nobody can read it does not undo what was done.
void tell(const std::string& text)
{
    const std::string line = cat(text, "\n");
    (void)!::write(STDERR_FILENO, line.data(), line.size());
}

// ---- who is meant -------------------------------------------------------------------------------

/// The people of a command line or an input, and whether all of them were good.
class People
{
public:
    People(const Options& options, const List& list) : options_(options), list_(list) { read(); }

    const std::vector<Member>& all() const { return all_; }
    bool had_problems() const { return had_problems_; }

    void complain(std::size_t line, std::string_view what, std::string_view text);

private:
    void read();
    void add(std::size_t line, std::string_view text, const std::optional<std::string>& address,
             std::optional<Subscription> wanted);

    const Options& options_;
    const List& list_;
    std::vector<Member> all_;
    bool had_problems_ = false;
};

void People::complain(std::size_t line, std::string_view what, std::string_view text)
{
    had_problems_ = true;
    const std::string where = line == 0 ? "" : cat("line ", std::to_string(line), ": ");
    tell(cat("mn-list-sub: ", where, what, ": ", printable(text.substr(0, 200))));
}

void People::add(std::size_t line, std::string_view text, const std::optional<std::string>& address,
                 std::optional<Subscription> wanted)
{
    // What is no address any more may still be removed.
    const bool is_removal = options_.action() == "remove" || options_.action() == "show";
    if (!address && !(is_removal && text.find('@') != std::string_view::npos))
        return complain(line, "no address that can be subscribed", text);
    Member person{address ? *address : lower(trim(text)), line};
    if (!is_removal && list_.extension_of(person.address))
        return complain(line, "an address of the list itself", text);
    const auto kinds = options_.kinds();
    if (!kinds.empty())
        person.wanted = kinds.front();
    else if (wanted)
        person.wanted = *wanted;
    all_.push_back(std::move(person));
}

void People::read()
{
    for (std::size_t i = 1; i < options_.words.size(); ++i)
        add(0, options_.words[i], written_address(options_.words[i]), std::nullopt);
    if (options_.words.size() > 1) return;
    const std::string text = read_all(STDIN_FILENO, max_input, "standard input");
    read_roster(text, [&](const RosterEntry& entry) {
        add(entry.line, entry.text, entry.address, entry.subscription);
    });
}

// ---- add and remove -----------------------------------------------------------------------------

using Tally = std::array<std::size_t, member_results>;

/// To standard error, unless nothing was to be done.
void sum_up(const Options& options, const Tally& tally)
{
    std::string text;
    for (std::size_t i = 0; i < tally.size(); ++i)
        if (tally.at(i) > 0)
            text += cat(text.empty() ? "" : ", ", std::to_string(tally.at(i)), " ",
                        name_of(static_cast<MemberResult>(i)));
    if (!text.empty()) tell(cat(options.dry_run ? "would be: " : "", text));
}

std::string json(const Options& options, const Member& member, Subscription before,
                 MemberResult result)
{
    Json line;
    line.add("address", member.address).add("result", name_of(result));
    line.add("before", name_of(before));
    if (options.action() != "remove") line.add("subscription", name_of(member.wanted));
    return cat(line.text(), "\n");
}

int change(const Options& options, const List& list)
{
    const Equipment equipment(options.sendmail, options.texts);
    const Context context = equipment.context_of(list);
    const MembershipChange how{.action = options.action() == "remove" ? Membership::remove
                                                                      : Membership::add,
                               .confirm = options.confirm,
                               .welcome = options.welcome,
                               .goodbye = options.goodbye,
                               .is_dry_run = options.dry_run};
    People people(options, list);
    Tally tally = {};
    change_members(context, people.all(), how,
                   [&](const Member& member, Subscription before, MemberResult result) {
                       ++tally.at(static_cast<std::size_t>(result));
                       if (result == MemberResult::absent)
                           people.complain(member.line, "not subscribed", member.address);
                       if (options.json) cli::print(json(options, member, before, result));
                   });
    cli::flush_if_possible();
    if (!options.quiet) sum_up(options, tally);
    return people.had_problems() ? exit_status::found_problems : exit_status::ok;
}

// ---- look ---------------------------------------------------------------------------------------

bool is_wanted(const std::vector<Subscription>& wanted, Subscription subscription)
{
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), subscription) != wanted.end();
}

int print_all(const Options& options, const List& list)
{
    const auto wanted = options.kinds();
    const bool is_csv = options.action() == "export" && options.format == "csv";
    const auto format = is_csv ? RosterFormat::csv : RosterFormat::lines;
    if (!options.json) cli::print(roster_header(format));
    Subscribers(list).for_everybody([&](std::string_view address, Subscription subscription) {
        if (!is_wanted(wanted, subscription)) return;
        if (options.json)
            cli::print(cat(
                Json().add("address", address).add("subscription", name_of(subscription)).text(),
                "\n"));
        else
            cli::print(roster_line(format, address, subscription));
    });
    cli::flush();
    return exit_status::ok;
}

int count(const Options& options, const List& list)
{
    const auto wanted = options.kinds();
    std::array<std::uint64_t, 5> counts = {};
    std::uint64_t sum = 0;
    Subscribers(list).for_everybody([&](std::string_view, Subscription subscription) {
        if (!is_wanted(wanted, subscription)) return;
        ++counts.at(static_cast<std::size_t>(subscription));
        ++sum;
    });
    Json line;
    std::string text;
    for (const Subscription subscription :
         {Subscription::normal, Subscription::digest, Subscription::nomail, Subscription::both}) {
        const std::uint64_t number = counts.at(static_cast<std::size_t>(subscription));
        line.add(name_of(subscription), number);
        text += cat(name_of(subscription), "\t", std::to_string(number), "\n");
    }
    if (options.json)
        cli::print(cat(line.add("all", sum).text(), "\n"));
    else
        cli::print(cat(wanted.empty() ? cat(text, "all\t") : "", std::to_string(sum), "\n"));
    cli::flush();
    return exit_status::ok;
}

int show(const Options& options, const List& list)
{
    People people(options, list);
    std::vector<std::string_view> addresses;
    for (const Member& person : people.all())
        addresses.push_back(person.address);
    const auto found = Subscribers(list).find_many(addresses);
    bool all_there = !people.had_problems();
    for (std::size_t i = 0; i < found.size(); ++i) {
        all_there = all_there && found[i] != Subscription::none;
        const Json line =
            Json().add("address", addresses[i]).add("subscription", name_of(found[i]));
        cli::print(options.json ? cat(line.text(), "\n")
                                : cat(addresses[i], "\t", name_of(found[i]), "\n"));
    }
    cli::flush();
    return all_there ? exit_status::ok : exit_status::found_problems;
}

// ---- the command line ---------------------------------------------------------------------------

/// Options that mean nothing to the action are refused, for the caller expects something of them.
void check(const Options& options)
{
    if (options.words.empty())
        throw UsageError("say what to do: add, remove, list, count, show, import or export");
    const std::string& action = options.action();
    const bool adds = action == "add" || action == "import";
    const bool changes = adds || action == "remove";
    const bool looks = action == "list" || action == "count" || action == "export";
    if (!changes && !looks && action != "show")
        throw UsageError(cat("no action has the name ", printable(action)));
    if (options.list.empty()) throw UsageError("--list says which list; it is missing");
    if ((looks || action == "import") && options.words.size() > 1)
        throw UsageError(cat(action, " takes no addresses"));
    if (!adds && !looks && !options.kinds().empty())
        throw UsageError("--normal, --digest, --nomail and --both go with add, import, list, "
                         "count and export");
    if (adds && options.kinds().size() > 1)
        throw UsageError("give one of --normal, --digest, --nomail and --both");
    if ((options.confirm && !changes) || (options.welcome && !adds) ||
        (options.goodbye && action != "remove"))
        throw UsageError("--welcome goes with add and import, --goodbye with remove, --confirm "
                         "with all three");
    if (options.dry_run && !changes) throw UsageError("--dry-run goes with add, import and remove");
    if (options.format != "lines" && options.format != "csv")
        throw UsageError("--format wants lines or csv");
    if (options.format == "csv" && (action != "export" || options.json))
        throw UsageError("--format goes with export, without --json");
}

int run(const Options& options)
{
    check(options);
    if (runs_as_root()) become_owner_of(options.list);
    const List list(options.list);
    if (options.action() == "count") return count(options, list);
    if (options.action() == "show") return show(options, list);
    if (options.action() == "list" || options.action() == "export") return print_all(options, list);
    return change(options, list);
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    cli::Tool tool("mn-list-sub", "the subscribers of a mailing list", cli::Audience::admin);
    tool.arguments("ACTION ADDRESS", options.words,
                   "add, remove, show: these addresses, or those on standard input; import: those "
                   "on standard input; list, count, export: everybody");
    tool.words("", "add remove show import list count export");
    tool.option("--list", options.list, "DIR", "the list's directory");
    tool.flag("--normal", options.normal, "every post, as it comes; what add does");
    tool.flag("--digest", options.digest, "many posts in one mail");
    tool.flag("--nomail", options.nomail, "may post, gets nothing");
    tool.flag("--both", options.both, "every post, and digests");
    tool.flag("--confirm", options.confirm, "ask each address first, by mail");
    tool.flag("--welcome", options.welcome, "send the welcome text to who is added");
    tool.flag("--goodbye", options.goodbye, "send the goodbye text to who is removed");
    tool.list("--texts", options.texts, "DIR", "where the list texts are; may be repeated");
    tool.option("--sendmail", options.sendmail, "COMMAND", "how mail is handed to Postfix");
    tool.option("--format", options.format, "NAME", "of export: lines or csv");
    tool.words("--format", "lines csv");
    tool.flag("--json", options.json, "JSON Lines on standard output");
    tool.flag("-n,--dry-run", options.dry_run, "say what would change, change nothing");
    tool.flag("-q,--quiet", options.quiet, "no summary");
    return tool.run(argc, argv, [&] { return run(options); });
}
