// mn-makepasswd: accounts and their passwords, for Dovecot's passwd-file.
// Contract: man/mn-makepasswd.1. Behaviour: crypto/password, config/passwd*, cli/prompt.
// Tests: tests/tools/mn-makepasswd.bats.
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/prompt.hpp"
#include "cli/tool.hpp"
#include "config/passwd.hpp"
#include "config/passwd_edit.hpp"
#include "config/passwd_file.hpp"
#include "config/passwd_line.hpp"
#include "crypto/password.hpp"

#include <algorithm>
#include <unistd.h>

namespace
{

using namespace mn;
using config::PasswdFile;

struct Options {
    // Lists, so that an option given twice, or with an empty name, is seen.
    std::vector<std::string> update, remove, disable, enable, verify, list, check;
    std::vector<std::string> arguments;
    std::string scheme = "yescrypt";
    std::string domains;
    bool generate = false;
    bool from_stdin = false;
    bool old = false;
    bool dry_run = false;
    bool json = false;
    bool quiet = false;
};

Error failure(const std::string& detail)
{
    return Error("4.3.0", "mail system error", detail);
}

/// What was done, for a person; that nobody can read it does not undo it.
void tell(const Options& options, const std::string& text)
{
    if (options.quiet) return;
    const std::string line = cat(text, "\n");
    (void)!::write(STDERR_FILENO, line.data(), line.size());
}

// ---- what was asked for -------------------------------------------------------------------------

/// The account that the one argument names, in lower case.
std::string account_of(const Options& options)
{
    if (options.arguments.empty()) throw UsageError("the ADDRESS of an account is missing");
    if (options.arguments.size() > 1)
        throw UsageError("one ADDRESS only; a password is never taken from the command line, where "
                         "other users can read it: type it at the prompt, or give it on stdin");
    const std::string& text = options.arguments.front();
    const auto address = parse_address(text);
    if (!address) throw UsageError(cat(printable(text), " is not an address like user@domain"));
    if (!is_account_name(address->local))
        throw UsageError(cat(printable(text), " cannot be an account: use letters, digits and "
                                              ". _ - before the @, beginning with a letter or "
                                              "digit"));
    return address->key();
}

crypto::PasswordScheme scheme_of(const Options& options)
{
    const auto scheme = crypto::parse_scheme(options.scheme);
    if (!scheme)
        throw UsageError(cat("--scheme wants yescrypt, sha512-crypt or bcrypt, not ",
                             printable(options.scheme)));
    return *scheme;
}

std::vector<std::string> domains_of(const Options& options)
{
    std::vector<std::string> domains;
    for (const std::string_view word : split(options.domains, ',')) {
        if (!is_domain(trim(word)))
            throw UsageError(cat("--domains wants domains with commas between them, not ",
                                 printable(options.domains)));
        domains.push_back(lower(trim(word)));
    }
    return domains;
}

// ---- passwords ----------------------------------------------------------------------------------

bool person_is_there(const Options& options)
{
    return !options.from_stdin && ::isatty(STDIN_FILENO) == 1;
}

/// A password that somebody claims to have.
void get_old_password(const Options& options, const std::string& account, Secret& password)
{
    if (person_is_there(options))
        cli::ask_password(cat("Password of ", account, ": "), password);
    else
        cli::read_secret_line(STDIN_FILENO, password);
}

void get_new_password(const Options& options, const std::string& account, Secret& password)
{
    if (options.generate) return crypto::generate_password(password);
    if (!person_is_there(options)) return cli::read_secret_line(STDIN_FILENO, password);
    cli::ask_password(cat("New password for ", account, ": "), password);
    if (const auto flaw = crypto::password_flaw(password.text(), scheme_of(options)))
        throw failure(cat("the password ", *flaw)); // before it is typed again
    Secret again;
    cli::ask_password("The same once more: ", again);
    if (password.text() != again.text()) throw failure("the two passwords differ");
}

/// The hash of a new password. password: stays, so that a generated one can be shown.
std::string new_hash(const Options& options, const std::string& account, Secret& password)
{
    const crypto::PasswordScheme scheme = scheme_of(options);
    get_new_password(options, account, password);
    if (const auto flaw = crypto::password_flaw(password.text(), scheme))
        throw failure(cat("the password ", *flaw));
    return crypto::hash_password(password, scheme);
}

/// On standard error, for standard output may be on its way into a file.
void show_generated(const Options& options, const Secret& password)
{
    if (!options.generate) return;
    write_all(STDERR_FILENO, password.text(), "standard error");
    write_all(STDERR_FILENO, "\n", "standard error");
}

// ---- actions ------------------------------------------------------------------------------------

int print_line(const Options& options)
{
    const std::string account = account_of(options);
    Secret password;
    cli::print(cat(config::account_line(account, new_hash(options, account, password)), "\n"));
    cli::flush();
    show_generated(options, password);
    return exit_status::ok;
}

config::Writing writing_of(const Options& options)
{
    return options.dry_run ? config::Writing::dry_run : config::Writing::for_good;
}

std::string join_lines(const std::vector<std::size_t>& lines)
{
    std::string text;
    for (const std::size_t line : lines)
        text.append(text.empty() ? "" : ", ").append(std::to_string(line));
    return text;
}

/// Would this password let the account in? Unknown and disabled accounts take as long as others.
bool opens(const std::string& text, const std::string& account, const Secret& password)
{
    constexpr std::string_view nobody =
        "$y$j9T$sW1fAnD7ITOtsaLpzWafg1$mE5TldbTvkgnsHpwPhacOiagFQClRhNvK9cnh0BA9O2";
    for (const auto& found : config::parse_passwd(text, "").accounts) {
        if (found.address.key() == account && !found.disabled && !found.scheme.empty())
            return crypto::verify_password(password, found.hash) == crypto::Verdict::match;
    }
    (void)crypto::verify_password(password, nobody);
    return false;
}

int not_the_owner(const Options& options)
{
    tell(options, "nothing was changed: there is no such account, it is disabled, or this is not "
                  "its password");
    return exit_status::found_problems;
}

int update(const Options& options)
{
    const std::string account = account_of(options);
    const std::string& path = options.update.front();
    // Asked before the lock is taken: a person may take long.
    Secret old, password;
    if (options.old) {
        get_old_password(options, account, old);
        if (!opens(config::read_passwd_file(path), account, old)) return not_the_owner(options);
    }
    const std::string hash = new_hash(options, account, password);
    bool is_new = false, allowed = true;
    config::edit_passwd_file(path, writing_of(options), [&](const std::string& text) {
        // Once more: somebody may have disabled the account meanwhile.
        if (options.old && !(allowed = opens(text, account, old))) return text;
        const auto lines = config::find_account(text, account);
        if (lines.size() > 1)
            throw failure(cat(printable(path), " has more than one line for ", account, " (",
                              join_lines(lines), "); delete all but one"));
        is_new = lines.empty();
        return config::put_account(text, account, hash);
    });
    if (!allowed) return not_the_owner(options);
    tell(options, cat(options.dry_run ? "would have been " : "", is_new ? "added" : "changed", ": ",
                      account, " in ", printable(path)));
    if (!options.dry_run) show_generated(options, password);
    return exit_status::ok;
}

/// --remove, --disable, --enable: an account that must be there.
int change(const Options& options, const std::string& path, std::string_view done,
           std::string (*edit)(std::string_view, std::string_view))
{
    const std::string account = account_of(options);
    config::read_passwd_file(path); // stops here when there is none
    bool is_there = false;
    const bool changed =
        config::edit_passwd_file(path, writing_of(options), [&](const std::string& text) {
            is_there = !config::find_account(text, account).empty();
            return edit(text, account);
        });
    if (!is_there) {
        tell(options, cat("no account ", account, " in ", printable(path)));
        return exit_status::found_problems;
    }
    tell(options, cat(changed ? (options.dry_run ? "would have been " : "") : "already ", done,
                      ": ", account, " in ", printable(path)));
    return exit_status::ok;
}

std::string checked_enable(std::string_view text, std::string_view account)
{
    std::string result = config::enable_account(text, account);
    for (const auto& found : config::parse_passwd(result, "").accounts) {
        if (found.address.key() == account && found.scheme.empty())
            throw failure(cat(account, " has no usable password; set one with --update"));
    }
    return result;
}

int verify(const Options& options)
{
    const std::string account = account_of(options);
    const std::string& path = options.verify.front();
    const auto file = config::parse_passwd(config::read_passwd_file(path), path);
    const auto found =
        std::find_if(file.accounts.begin(), file.accounts.end(),
                     [&](const auto& candidate) { return candidate.address.key() == account; });
    Secret password;
    get_old_password(options, account, password);
    const auto no = [&](std::string_view why) {
        tell(options, cat(why, ": ", account, " in ", printable(path)));
        return exit_status::found_problems;
    };
    if (found == file.accounts.end()) return no("no such account");
    if (found->disabled) return no("disabled");
    switch (crypto::verify_password(password, found->hash)) {
    case crypto::Verdict::match:
        tell(options, cat("password right: ", account, " in ", printable(path)));
        return exit_status::ok;
    case crypto::Verdict::mismatch:
        return no("password wrong");
    default:
        throw failure(cat("cannot verify a hash of this scheme or form: ", account,
                          "; ask Dovecot with doveadm auth test"));
    }
}

int list(const Options& options)
{
    const std::string& path = options.list.front();
    const PasswdFile file = config::parse_passwd(config::read_passwd_file(path), path);
    for (const config::Account& account : file.accounts) {
        const std::string key = account.address.key();
        if (options.json)
            cli::print(cat(Json()
                               .add("address", key)
                               .add("disabled", account.disabled)
                               .add("scheme", account.scheme)
                               .add("line", account.line)
                               .text(),
                           "\n"));
        else
            cli::print(cat(key, "\t", account.disabled ? "disabled" : "enabled", "\t",
                           account.scheme.empty() ? "-" : account.scheme, "\n"));
    }
    cli::flush();
    if (config::has_errors(file.problems))
        tell(options, cat(printable(path), " has errors; see them with --check"));
    return exit_status::ok;
}

int check(const Options& options)
{
    const std::string& path = options.check.front();
    PasswdFile file = config::parse_passwd(config::read_passwd_file(path), path);
    if (!options.domains.empty()) {
        const auto outside = config::check_domains(file, path, domains_of(options));
        file.problems.insert(file.problems.end(), outside.begin(), outside.end());
    }
    for (const config::Problem& problem : file.problems) {
        if (options.json)
            cli::print(cat(config::to_json(problem).text(), "\n"));
        else
            cli::print(cat(config::describe(problem), "\n"));
    }
    cli::flush();
    return config::has_errors(file.problems) ? exit_status::found_problems : exit_status::ok;
}

// ---- the command line ---------------------------------------------------------------------------

std::size_t count_actions(const Options& options)
{
    std::size_t count = 0;
    for (const auto* files : {&options.update, &options.remove, &options.disable, &options.enable,
                              &options.verify, &options.list, &options.check}) {
        count += files->size();
        if (!files->empty() && files->front().empty()) throw UsageError("the name FILE is empty");
    }
    return count;
}

/// Options that mean nothing to the action are refused, for the caller expects something of them.
void check_combination(const Options& options)
{
    if (count_actions(options) > 1)
        throw UsageError("give one of --update, --remove, --disable, --enable, --verify, --list "
                         "and --check, and once");
    const bool reports = !options.list.empty() || !options.check.empty();
    const bool sets = count_actions(options) == 0 || !options.update.empty();
    const bool changes = !reports && options.verify.empty() && count_actions(options) == 1;
    if (reports && !options.arguments.empty())
        throw UsageError("--list and --check are about the whole FILE and take no ADDRESS");
    if (options.json && !reports) throw UsageError("--json goes with --list or --check");
    if (!options.domains.empty() && options.check.empty())
        throw UsageError("--domains goes with --check");
    if (options.generate && (!sets || options.from_stdin))
        throw UsageError("--generate makes a new password: it goes without --stdin and with "
                         "--update or alone");
    if (options.from_stdin && !sets && options.verify.empty())
        throw UsageError("--stdin goes where a password is wanted: with --update, --verify or "
                         "alone");
    if (options.old && options.update.empty()) throw UsageError("--old goes with --update");
    if (options.dry_run && !changes)
        throw UsageError("--dry-run goes with --update, --remove, --disable or --enable");
}

int run(const Options& options)
{
    check_combination(options);
    if (!options.update.empty()) return update(options);
    if (!options.remove.empty())
        return change(options, options.remove.front(), "removed", config::remove_account);
    if (!options.disable.empty())
        return change(options, options.disable.front(), "disabled", config::disable_account);
    if (!options.enable.empty())
        return change(options, options.enable.front(), "enabled", checked_enable);
    if (!options.verify.empty()) return verify(options);
    if (!options.list.empty()) return list(options);
    if (!options.check.empty()) return check(options);
    return print_line(options);
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    cli::Tool tool("mn-makepasswd", "make and keep the accounts of userconfig/passwd",
                   cli::Audience::admin);
    tool.arguments("ADDRESS", options.arguments, "the account, user@domain");
    tool.list("--update", options.update, "FILE", "set the password in FILE, or add the account");
    tool.list("--remove", options.remove, "FILE", "take the account out of FILE");
    tool.list("--disable", options.disable, "FILE", "no login any more; mail still arrives");
    tool.list("--enable", options.enable, "FILE", "login again, with the old password");
    tool.list("--verify", options.verify, "FILE", "is this the password? exit status 0 or 1");
    tool.list("--list", options.list, "FILE", "address, enabled or disabled, scheme of each");
    tool.list("--check", options.check, "FILE", "what is wrong in FILE; exit status 1 if errors");
    tool.option("--scheme", options.scheme, "NAME", "yescrypt, sha512-crypt or bcrypt");
    tool.words("--scheme", "yescrypt sha512-crypt bcrypt");
    tool.flag("--generate", options.generate, "a random password, shown on stderr");
    tool.flag("--stdin", options.from_stdin, "password is the first line of standard input");
    tool.flag("--old", options.old, "with --update: ask for the old password first");
    tool.option("--domains", options.domains, "LIST", "with --check: the domains of this node");
    tool.flag("--json", options.json, "with --list and --check: JSON Lines");
    tool.flag("-n,--dry-run", options.dry_run, "say what would change, change nothing");
    tool.flag("-q,--quiet", options.quiet, "do not say what was done");
    tool.epilogue("Without an action: print the line for a new account. The password is asked for "
                  "at the terminal, or read from a pipe; never an argument.");
    return tool.run(argc, argv, [&] { return run(options); });
}
