// mn-makelist: the control files of a new mailing list; what is wrong with those of others.
//
// Contract: man/mn-makelist.1    Behaviour: list/preset.hpp, list/tunables.hpp
// Tests: tests/tools/mn-makelist.bats

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "config/problem.hpp"
#include "list/preset.hpp"
#include "list/tunables.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace
{

using namespace mn;
using list::ControlFile;

/// People and other accounts may read a configuration; nothing in it is secret.
constexpr mode_t directory_mode = 0755;
constexpr mode_t file_mode = 0644;

struct Options {
    std::vector<std::string> arguments;
    std::vector<std::string> owners;
    std::string preset = "discussion";
    std::string directory = "userconfig/lists";
    bool check = false;
    bool json = false;
    bool dry_run = false;
    bool quiet = false;
};

Error failure(const std::string& detail)
{
    return Error("4.3.0", "mail system error", detail);
}

// ---- a new list ---------------------------------------------------------------------------------

Address list_address(const Options& options)
{
    if (options.arguments.size() != 1) throw UsageError("one address for the list, NAME@DOMAIN");
    const std::string& text = options.arguments.front();
    const auto address = parse_address(text);
    if (!address) throw UsageError(cat(printable(text), " is not an address like name@domain"));
    if (const auto flaw = list::flaw_of_list_address(*address))
        throw UsageError(cat(printable(text), " ", *flaw));
    return *parse_address(address->key());
}

std::vector<std::string> owners_of(const Options& options, const Address& address)
{
    if (options.owners.empty())
        throw UsageError("--owner says who looks after the list; it is missing");
    for (const std::string& owner : options.owners) {
        if (!parse_address(owner))
            throw UsageError(cat("--owner wants an address, not ", printable(owner)));
        if (equal_ignoring_case(owner, address.text()))
            throw UsageError("a list cannot be its own owner");
    }
    return options.owners;
}

/// The directory of the list, removed again with what is in it unless everything went well.
class NewDirectory
{
public:
    NewDirectory(const std::string& parent, const std::string& name)
        : path_(cat(parent, "/", name)), parent_(open_parent(parent)), name_(name)
    {
        if (!make_subdirectory(parent_.get(), name, directory_mode))
            throw failure(cat(path_, " exists already"));
        fd_ = open_subdirectory(parent_.get(), name);
        if (::fchmod(fd_.get(), directory_mode) != 0) throw system_error(errno, "set up", path_);
    }
    NewDirectory(const NewDirectory&) = delete;
    NewDirectory& operator=(const NewDirectory&) = delete;
    ~NewDirectory()
    {
        if (is_complete_) return;
        for (const std::string& file : files_)
            (void)::unlinkat(fd_.get(), file.c_str(), 0);
        (void)::unlinkat(parent_.get(), name_.c_str(), AT_REMOVEDIR);
    }

    void write(const ControlFile& file)
    {
        files_.push_back(file.name);
        const std::string path = cat(path_, "/", file.name);
        Fd fd(::openat(fd_.get(), file.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                       file_mode));
        if (!fd || ::fchmod(fd.get(), file_mode) != 0) throw system_error(errno, "create", path);
        write_all(fd.get(), file.text, path);
        if (::fsync(fd.get()) != 0) throw system_error(errno, "sync", path);
        fd.close_checked(path);
    }

    void finish()
    {
        sync_directory(fd_.get(), path_);
        is_complete_ = true;
    }

private:
    /// Made when only its last part is missing: userconfig/lists before there is any list.
    static Fd open_parent(const std::string& path)
    {
        if (::mkdir(path.c_str(), directory_mode) == 0)
            (void)::chmod(path.c_str(), directory_mode); // the umask may have taken bits away
        return open_directory(path);
    }

    std::string path_;
    Fd parent_;
    std::string name_;
    Fd fd_;
    std::vector<std::string> files_;
    bool is_complete_ = false;
};

std::string padded(std::string text, std::size_t width)
{
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

/// What each file means, and what comes next.
std::string explanation(const std::string& path, const Address& address,
                        const std::vector<ControlFile>& files)
{
    std::string text = cat("In ", path, "/:\n");
    for (const ControlFile& file : files) {
        const list::Tunable* const tunable = list::find_tunable(file.name);
        text += cat("  ", padded(file.name, 14), "  ", tunable ? tunable->summary : "", "\n");
    }
    text += "\nA list is what its control files say; a file that is there, even empty, switches on "
            "what it\nis called after. Others that are often wanted:\n";
    for (const char* name : {"prefix", "footer", "moderated", "modnonsubposts", "submod",
                             "notifysub", "maxmailsize", "replyto"})
        text += cat("  ", padded(name, 14), "  ", list::find_tunable(name)->summary, "\n");
    text += cat("All of them: mn-list(5). What is wrong with them: mn-makelist --check ", path,
                "\n\nNext: mailnode check, mailnode reload; then the list lives, and people join "
                "by a mail to\n",
                address.local, "+subscribe@", address.domain, ", or by mn-list-sub(1).\n");
    return text;
}

int make(const Options& options)
{
    const Address address = list_address(options);
    const auto owners = owners_of(options, address);
    const auto preset = list::parse_preset(options.preset);
    if (!preset)
        throw UsageError(
            cat("--preset wants discussion, announce or closed, not ", printable(options.preset)));
    const auto files = list::new_list(address, owners, *preset);
    const std::string path = cat(options.directory, "/", address.local);
    if (options.dry_run) {
        if (::access(path.c_str(), F_OK) == 0) throw failure(cat(path, " exists already"));
    } else {
        NewDirectory directory(options.directory, address.local);
        for (const ControlFile& file : files)
            directory.write(file);
        directory.finish();
    }
    if (!options.quiet) cli::print(explanation(path, address, files));
    cli::flush_if_possible();
    return exit_status::ok;
}

// ---- check --------------------------------------------------------------------------------------

/// DIR itself, or DIR/control of a list that is alive.
std::string control_directory(const std::string& directory)
{
    const std::string below = cat(directory, "/control");
    struct stat found = {};
    const bool is_alive = ::stat(below.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
    return is_alive ? below : directory;
}

bool check_list(const Options& options, const std::string& argument)
{
    std::vector<config::Problem> problems;
    const std::string directory = control_directory(argument);
    for (const list::ControlProblem& problem : list::check_control(directory))
        problems.push_back({problem.is_error ? config::Severity::error : config::Severity::warning,
                            cat(directory, "/", problem.file), problem.line, problem.what,
                            problem.remedy});
    for (const config::Problem& problem : problems)
        cli::print(
            cat(options.json ? config::to_json(problem).text() : config::describe(problem), "\n"));
    return !config::has_errors(problems);
}

int check(const Options& options)
{
    if (options.arguments.empty()) throw UsageError("--check wants the directories of lists");
    bool is_good = true;
    for (const std::string& directory : options.arguments)
        if (!check_list(options, directory)) is_good = false;
    cli::flush();
    return is_good ? exit_status::ok : exit_status::found_problems;
}

int run(const Options& options)
{
    if (!options.check) {
        if (options.json) throw UsageError("--json goes with --check");
        return make(options);
    }
    if (!options.owners.empty() || options.dry_run || options.quiet)
        throw UsageError("--check takes directories, and --json");
    return check(options);
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    cli::Tool tool("mn-makelist", "make a mailing list, or check some", cli::Audience::admin);
    tool.arguments("ADDRESS", options.arguments,
                   "of the new list, NAME@DOMAIN; with --check: directories of lists");
    tool.list("--owner", options.owners, "ADDRESS", "who looks after it; may be repeated");
    tool.option("--preset", options.preset, "NAME", "discussion, announce or closed");
    tool.words("--preset", "discussion announce closed");
    tool.option("--dir", options.directory, "DIR", "where the directory NAME is made");
    tool.flag("--check", options.check, "what is wrong with lists; exit status 1 if errors");
    tool.flag("--json", options.json, "with --check: JSON Lines");
    tool.flag("-n,--dry-run", options.dry_run, "explain, write nothing");
    tool.flag("-q,--quiet", options.quiet, "write, explain nothing");
    return tool.run(argc, argv, [&] { return run(options); });
}
