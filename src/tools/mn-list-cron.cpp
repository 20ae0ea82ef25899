// mn-list-cron: what mailing lists need now and then.
// Contract: man/mn-list-cron.1. Behaviour: list/maintenance.cpp and what it calls.
// Tests: tests/tools/mn-list-cron.bats, tests/unit/test_list_{maintenance,bounce}.cpp.
#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/owner.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "keys/key_ring.hpp"
#include "list/equipment.hpp"
#include "list/maintenance.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{

using namespace mn;
using namespace mn::list;

struct Options {
    std::vector<std::string> lists;
    std::vector<std::string> parents;
    std::vector<std::string> texts;
    std::string sendmail = "/usr/sbin/sendmail";
    std::string keys;
    bool verbose = false;
};

void complain(const std::string& text)
{
    log::warning(text);
    const std::string line = cat("mn-list-cron: ", printable(text), "\n");
    // NOLINTNEXTLINE(cert-err33-c): nobody is left to tell
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

/// Below each parent, whatever is a list.
std::vector<std::string> lists_below(const std::vector<std::string>& parents)
{
    std::vector<std::string> lists;
    for (const std::string& parent : parents) {
        find_entry(open_directory(parent).get(), [&](std::string_view name) {
            const std::string path = cat(parent, "/", name);
            const std::string sign = cat(path, "/control/listaddress");
            if (!name.starts_with('.') && ::access(sign.c_str(), F_OK) == 0) lists.push_back(path);
            return false;
        });
    }
    std::sort(lists.begin(), lists.end());
    return lists;
}

void show(const std::string& directory, const Report& report, bool is_verbose)
{
    for (const std::string& line : report.lines) {
        log::info(cat(directory, ": ", line));
        if (is_verbose) cli::print(cat(directory, ": ", printable(line), "\n"));
    }
    if (report.is_busy && is_verbose) cli::print(cat(directory, ": another run is under way\n"));
    for (const std::string& line : report.failures)
        complain(cat(directory, ": ", line));
}

/// False when something could not be done.
bool maintain_one(const std::string& directory, const Equipment& equipment, bool is_verbose)
{
    try {
        const List list(directory);
        const Report report = maintain(equipment.context_of(list));
        show(directory, report, is_verbose);
        return report.failures.empty();
    } catch (const Error& error) {
        complain(failure_of(directory, error));
    } catch (const std::exception& error) {
        complain(cat(directory, ": ", error.what()));
    }
    return false;
}

/// As root: each list as the account that it belongs to.
bool maintain_as_owner(const std::string& directory, const Equipment& equipment, bool is_verbose)
{
    cli::flush();
    try {
        return run_as_owner_of(directory, [&] {
                   const bool is_good = maintain_one(directory, equipment, is_verbose);
                   cli::flush();
                   return is_good ? exit_status::ok : exit_status::found_problems;
               }) == exit_status::ok;
    } catch (const Error& error) {
        complain(failure_of(directory, error));
        return false;
    }
}

int maintain_all(const Options& options)
{
    keys::KeyRing ring(options.keys);
    const Equipment equipment(options.sendmail, options.texts,
                              [&ring](const std::string& domain) { return ring.keys_of(domain); });
    std::vector<std::string> lists = options.lists;
    if (lists.empty() && options.parents.empty())
        throw UsageError("which list? Name its directory, or give --all with the one above");
    const std::vector<std::string> more = lists_below(options.parents);
    lists.insert(lists.end(), more.begin(), more.end());
    bool all_is_well = true;
    for (const std::string& directory : lists) {
        const bool is_good = runs_as_root()
                                 ? maintain_as_owner(directory, equipment, options.verbose)
                                 : maintain_one(directory, equipment, options.verbose);
        all_is_well = all_is_well && is_good;
    }
    return all_is_well ? exit_status::ok : exit_status::found_problems;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    cli::Tool tool("mn-list-cron", "what mailing lists need now and then", cli::Audience::admin);
    tool.arguments("LISTDIR", options.lists, "directories of lists");
    tool.list("--all", options.parents, "PARENT", "every list below that directory");
    tool.list("--texts", options.texts, "DIR", "list texts, searched after those of the list");
    tool.option("--sendmail", options.sendmail, "COMMAND", "how mail is handed to Postfix");
    tool.option("--keys", options.keys, "DIR", "DKIM keys, for posts of control/oneclick");
    tool.flag("-v,--verbose", options.verbose, "say what was done");
    tool.epilogue("Manual: man mn-list-cron");
    return tool.run(argc, argv, [&] {
        log::identify("mn-list-cron", "");
        return maintain_all(options);
    });
}
