// mn-list-archive: the archive of mailing lists as web pages.
//
// Contract: man/mn-list-archive.1    Behaviour: archive/site.hpp and what it calls
// Tests: tests/tools/mn-list-archive.bats, tests/faults/archive-kill-points.bats

#include "archive/build.hpp"
#include "archive/front.hpp"
#include "archive/hit_text.hpp"
#include "archive/import.hpp"
#include "archive/outcome_text.hpp"
#include "archive/removal.hpp"
#include "archive/search.hpp"
#include "archive/site.hpp"
#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/owner.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "list/archive_address.hpp"
#include "list/maintenance.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace
{

using namespace mn;
using list::List;

struct Options {
    std::vector<std::string> lists;
    std::vector<std::string> parents;
    std::string out;
    std::string base_url;
    std::string search_form;
    std::string search;
    std::uint64_t page = 1;
    std::vector<std::string> remove;
    std::vector<std::string> sources;
    std::string aliases;
    bool rebuild = false;
    bool append = false;
    bool json = false;
    bool verbose = false;
};

void tell(const std::string& text)
{
    const std::string line = cat("mn-list-archive: ", printable(text), "\n");
    // NOLINTNEXTLINE(cert-err33-c): nobody is left to tell
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

void complain(const std::string& text)
{
    log::warning(text);
    tell(text);
}

/// A list is named by the last part of its path, so "." is not enough.
std::string with_name(std::string path)
{
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    const std::string last = path.substr(path.rfind('/') + 1);
    if (last != "." && last != "..") return path;
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           std::free);
    if (!real) throw system_error(errno, "examine", path);
    return real.get();
}

/// Those of the command line and, below each parent, whatever is a list.
std::vector<std::string> all_lists(const Options& options)
{
    std::vector<std::string> lists = options.lists;
    std::vector<std::string> more;
    for (const std::string& parent : options.parents) {
        find_entry(open_directory(parent).get(), [&](std::string_view name) {
            const std::string path = cat(parent, "/", name);
            const std::string sign = cat(path, "/control/listaddress");
            if (!name.starts_with('.') && ::access(sign.c_str(), F_OK) == 0) more.push_back(path);
            return false;
        });
    }
    std::sort(more.begin(), more.end());
    lists.insert(lists.end(), more.begin(), more.end());
    if (lists.empty() && options.parents.empty())
        throw UsageError("which list? Name its directory, or give --all with the one above");
    return lists;
}

// ---- one list -----------------------------------------------------------------------------------

archive::Job job_of(const Options& options)
{
    archive::Job job;
    job.out = options.out;
    job.wishes.base_url = options.base_url;
    if (!options.search_form.empty()) job.wishes.can_search = options.search_form == "yes";
    job.must_rebuild = options.rebuild;
    // Who asks for something is there and waits; cron comes again.
    if (options.rebuild || !options.remove.empty()) job.patience = std::chrono::minutes(30);
    return job;
}

void show(const Options& options, const std::string& directory, const archive::Outcome& outcome)
{
    for (const std::string& warning : outcome.warnings)
        complain(cat(directory, ": ", warning));
    const std::string story = cat(directory, ": ", printable(outcome_line(outcome)));
    if (outcome.added > 0 || outcome.was_rebuilt || outcome.was_removed) log::info(story);
    if (options.json)
        cli::print(cat(outcome_json(directory, outcome).text(), "\n"));
    else if (options.verbose)
        cli::print(cat(story, "\n"));
}

/// True when all of it is on the web and will be removed.
bool mark(const Options& options, const List& list)
{
    bool all_are_known = true;
    for (const std::string& name : options.remove) {
        const auto key = archive::key_of_name(name);
        if (key && archive::is_published(list, options.out, *key)) {
            archive::mark_removed(list, *key);
            log::info(cat(list.directory(), ": removed from the web: ", printable(name)));
        } else {
            complain(cat(list.directory(), ": no message on the web is called ", name));
            all_are_known = false;
        }
    }
    return all_are_known;
}

bool publish(const Options& options, const std::string& directory)
{
    const List list(directory);
    const archive::Job job = job_of(options);
    archive::Outcome outcome = archive::update(list, job);
    bool is_good = true;
    if (!options.remove.empty()) {
        is_good = mark(options, list);
        outcome = archive::update(list, job);
    }
    show(options, directory, outcome);
    return is_good && outcome.warnings.empty();
}

bool import(const Options& options, const std::string& directory)
{
    const auto done = archive::import_messages(List(directory),
                                               {options.sources, options.append, options.aliases});
    log::info(cat(directory, ": imported ", std::to_string(done.count), " messages"));
    cli::print(cat(directory, ": ", std::to_string(done.count), " messages imported, from number ",
                   std::to_string(done.first), " on\n"));
    return true;
}

// ---- searching ----------------------------------------------------------------------------------

struct FoundSome {
    std::string url;
    archive::Results results;
};

/// In what is published; directory: of the list, but only its name counts.
FoundSome search_one(const Options& options, const std::string& directory)
{
    const std::string name = directory.substr(directory.rfind('/') + 1);
    auto query = archive::query_of(options.search);
    if (!query || query->words.empty()) throw UsageError("--search wants one to ten words");
    query->page = static_cast<unsigned>(options.page);
    const archive::Tree tree(cat(options.out, "/", name));
    const auto text = archive::read_state(tree);
    const auto state = text ? archive::parse_state(*text) : std::nullopt;
    if (!state)
        throw Error("4.3.0", "mail system error", cat(tree.path(), " is no archive on the web"));
    return {state->url, archive::search(tree.fd(), *query, std::chrono::minutes(5))};
}

/// False: nothing was found.
bool search(const Options& options, const std::vector<std::string>& lists)
{
    bool has_found = false;
    bool has_more = false;
    for (const std::string& directory : lists) {
        const auto [url, results] = search_one(options, with_name(directory));
        for (const archive::Hit& hit : results.hits)
            cli::print(cat(options.json ? hit_json(url, hit).text() : hit_line(url, hit), "\n"));
        has_found = has_found || !results.hits.empty();
        has_more = has_more || results.has_more || results.is_cut;
    }
    cli::flush();
    if (has_more)
        tell(cat("there is more: --page ", std::to_string(options.page + 1), " shows it"));
    return has_found;
}

// ---- all of them --------------------------------------------------------------------------------

using Work = std::function<bool(const std::string& directory)>;

bool try_one(const std::string& directory, const Work& work)
{
    try {
        return work(directory);
    } catch (const Error& error) {
        complain(list::failure_of(directory, error));
    } catch (const std::exception& error) {
        complain(cat(directory, ": ", error.what()));
    }
    return false;
}

/// As root: each list as the account that it belongs to.
bool do_one(const std::string& directory, const Work& work)
{
    if (!runs_as_root()) return try_one(directory, work);
    cli::flush();
    try {
        return run_as_owner_of(directory, [&] {
                   const bool is_good = try_one(directory, work);
                   cli::flush();
                   return is_good ? exit_status::ok : exit_status::found_problems;
               }) == exit_status::ok;
    } catch (const Error& error) {
        complain(list::failure_of(directory, error));
        return false;
    }
}

/// Made when only its last part is missing, for the account of the first list.
void make_out(const std::string& out, const std::string& first_list)
{
    if (::mkdir(out.c_str(), 0755) != 0) {
        if (errno == EEXIST) return;
        throw system_error(errno, "make directory", out);
    }
    struct stat owner = {};
    if (!runs_as_root()) return;
    if (::stat(first_list.c_str(), &owner) != 0) throw system_error(errno, "examine", first_list);
    if (::chown(out.c_str(), owner.st_uid, owner.st_gid) != 0)
        throw system_error(errno, "give away", out);
}

void require_sense(const Options& options)
{
    const bool imports = !options.sources.empty();
    const bool changes = imports || options.rebuild || !options.remove.empty();
    if (changes && !options.search.empty())
        throw UsageError("--search changes nothing: without --import, --rebuild and --remove");
    if (imports == !options.out.empty())
        throw UsageError(imports ? "--import does not publish: without --out"
                                 : "where? Name the directory of the pages with --out");
    if (!imports && (options.append || !options.aliases.empty()))
        throw UsageError("--append and --aliases are for --import");
    if (!options.base_url.empty() && !list::is_web_address(options.base_url))
        throw UsageError("--base-url wants an http or https address");
    if (!options.search_form.empty() && options.search_form != "yes" && options.search_form != "no")
        throw UsageError("--search-form wants yes or no");
}

int run(const Options& options)
{
    require_sense(options);
    const std::vector<std::string> lists = all_lists(options);
    const bool imports = !options.sources.empty();
    if ((imports || !options.remove.empty()) && lists.size() != 1)
        throw UsageError("--import and --remove are for one list");
    if (!options.search.empty())
        return search(options, lists) ? exit_status::ok : exit_status::found_problems;
    ::umask(022); // what is made is for a web server
    if (!imports && !lists.empty()) make_out(options.out, lists.front());
    bool all_is_well = true;
    for (const std::string& directory : lists) {
        const bool is_good = do_one(directory, [&](const std::string& path) {
            const std::string named = with_name(path);
            return imports ? import(options, named) : publish(options, named);
        });
        all_is_well = all_is_well && is_good;
    }
    const auto front = [](const std::string& out) { return archive::update_front(out), true; };
    if (!imports && !lists.empty()) all_is_well = do_one(options.out, front) && all_is_well;
    return all_is_well ? exit_status::ok : exit_status::found_problems;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    cli::Tool tool("mn-list-archive", "the archive of mailing lists as web pages",
                   cli::Audience::admin);
    tool.arguments("LISTDIR", options.lists, "directories of lists");
    tool.list("--all", options.parents, "PARENT", "every list below that directory");
    tool.option("--out", options.out, "DIR", "where the pages are made, at DIR/NAME/");
    tool.option("--base-url", options.base_url, "URL",
                "where a list without control/archiveurl is on the web: URL/NAME/");
    tool.option("--search-form", options.search_form, "WORD", "pages have a search form: yes, no");
    tool.flag("--rebuild", options.rebuild, "make all pages anew");
    tool.list("--remove", options.remove, "MSGID", "remove this message from the web, for good");
    tool.option("--search", options.search, "WORDS", "print which messages have all these words");
    tool.number("--page", options.page, "N", "of what --search finds, the N-th 50", 1,
                archive::max_page);
    tool.list("--import", options.sources, "SOURCE",
              "put the messages of an mbox or a Maildir into the list, to be "
              "published later");
    tool.flag("--append", options.append, "import into a list that has posts");
    tool.option("--aliases", options.aliases, "FILE", "write where Pipermail had the messages");
    tool.flag("--json", options.json, "a JSON object for each list");
    tool.flag("-v,--verbose", options.verbose, "say what was done");
    tool.words("--search-form", "yes no");
    tool.epilogue("Manual: man mn-list-archive");
    return tool.run(argc, argv, [&] {
        log::identify("mn-list-archive", "");
        return run(options);
    });
}
