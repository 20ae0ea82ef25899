// mn-dkimkey: make, publish, change and check the keys that sign mail.
// Contract: man/mn-dkimkey.1. Behaviour: keys/. Tests: tests/tools/mn-dkimkey.bats.
#include "auth/dkim.hpp"
#include "auth/dkim_key.hpp"
#include "base/clock.hpp"
#include "base/date.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "config/dkim_key_store.hpp"
#include "dns/network.hpp"
#include "keys/key_check.hpp"
#include "keys/key_text.hpp"
#include "keys/new_key.hpp"
#include "keys/rotation.hpp"
#include "message/address.hpp"

#include <array>
#include <optional>
#include <span>
#include <unistd.h>

namespace
{

using namespace mn;
using config::KeyState;
using config::Problem;
using crypto::Algorithm;
using keys::StoredKey;

using Words = std::span<const std::string>;

struct Options {
    std::vector<std::string> words;
    std::string keys;
    std::string selector;
    std::string type;
    std::uint64_t bits = keys::good_bits;
    std::uint64_t keep_days = 7;
    std::vector<std::string> nameservers;
    std::uint64_t dns_timeout = 20;
    bool next = false;
    bool force = false;
    bool web = false;
    bool json = false;
    bool quiet = false;

    keys::Form form() const
    {
        return json ? keys::Form::json : web ? keys::Form::web : keys::Form::plain;
    }
    KeyState state() const { return next ? KeyState::next : KeyState::active; }
    dns::NetworkOptions network() const
    {
        return {.servers = nameservers, .budget = std::chrono::seconds(dns_timeout)};
    }
    keys::Patience patience() const { return {now().seconds, keep_days, force}; }
};

void complain(const std::string& text)
{
    write_all(STDERR_FILENO, text + "\n", "standard error");
}

/// What was done and what comes next, for a person; standard output is for records.
void tell(const Options& options, const std::string& text)
{
    if (!options.quiet) complain(text);
}

std::string join(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text.append(text.empty() ? "" : ", ").append(word);
    return text;
}

// ---- arguments ----------------------------------------------------------------------------------

std::string domain_of(std::string_view text)
{
    if (!is_domain(text)) throw UsageError(cat("not a domain: ", printable(text)));
    return lower(text);
}

std::vector<std::string> domains_of(Words words)
{
    std::vector<std::string> domains;
    for (const std::string& word : words)
        domains.push_back(domain_of(word));
    return domains;
}

/// The domains named, or all there are.
std::vector<std::string> domains_of(const Options& options, Words words,
                                    std::vector<Problem>& problems)
{
    return words.empty() ? config::domains_with_keys(options.keys, &problems) : domains_of(words);
}

std::vector<Algorithm> algorithms_of(const std::string& type)
{
    if (type == "rsa") return {Algorithm::rsa};
    if (type == "ed25519") return {Algorithm::ed25519};
    if (type == "both") return {Algorithm::rsa, Algorithm::ed25519};
    throw UsageError(cat("--type wants rsa, ed25519 or both, not ", printable(type)));
}

/// "default" of "/etc/dkimkeys/default.private".
std::string selector_of(const Options& options, const std::string& path)
{
    if (!options.selector.empty()) return lower(options.selector);
    const std::string file = path.substr(path.rfind('/') + 1);
    const std::string stem = file.substr(0, file.rfind('.'));
    if (path == "-" || !config::is_selector(stem))
        throw UsageError(
            cat("no selector can be read from ", printable(path), ": give --selector"));
    return lower(stem);
}

// ---- keys and their records ---------------------------------------------------------------------

int print_records(const Options& options, Words words)
{
    std::vector<Problem> problems;
    bool any = false;
    for (const std::string& domain : domains_of(options, words, problems))
        for (const StoredKey& key : keys::keys_to_publish(options.keys, domain, options.selector)) {
            cli::print(keys::record_text(key, options.form()));
            any = true;
        }
    if (!any) complain("mn-dkimkey: no such key");
    return any ? exit_status::ok : exit_status::found_problems;
}

void create_for(const Options& options, const std::string& domain)
{
    const std::string base = options.selector.empty() ? "default" : lower(options.selector);
    const auto is_done = [&] {
        return options.selector.empty() && keys::has_keys(options.keys, domain);
    };
    std::optional<Lock> lock;
    if (!is_done()) lock.emplace(config::lock_keys(options.keys));
    if (is_done())
        return tell(options, cat(domain, " has keys already; with --selector there can be more"));
    const auto algorithms = algorithms_of(options.type.empty() ? "both" : options.type);
    std::vector<keys::Wanted> missing;
    for (keys::Wanted& wanted : keys::wanted_keys(algorithms, base)) {
        if (const auto old = config::find_selector(options.keys, domain, wanted.selector))
            tell(options, cat("already there, and left alone: ", old->path));
        else
            missing.push_back(std::move(wanted));
    }
    for (const StoredKey& key : keys::make(options.keys, domain, missing, options.state(),
                                           static_cast<unsigned>(options.bits))) {
        cli::print(keys::record_text(key, options.form()));
        cli::flush();
        tell(options, cat("made: ", key.file.path, "; publish its record"));
    }
}

int create(const Options& options, Words words)
{
    if (words.empty()) throw UsageError("create wants a DOMAIN");
    for (const std::string& domain : domains_of(words))
        create_for(options, domain);
    return exit_status::ok;
}

int import(const Options& options, Words words)
{
    if (words.size() != 2) throw UsageError("import wants a DOMAIN and a FILE (or -)");
    constexpr std::size_t limit = 64 << 10;
    const std::string domain = domain_of(words[0]);
    const std::string selector = selector_of(options, words[1]);
    const std::string pem = words[1] == "-" ? read_all(STDIN_FILENO, limit, "standard input")
                                            : read_file(words[1], limit);
    const Lock lock = config::lock_keys(options.keys);
    const keys::Imported imported =
        keys::import(options.keys, domain, selector, options.state(), pem);
    const StoredKey& stored = imported.key;
    if (!imported.is_new) {
        tell(options, cat("already there: ", stored.file.path));
        return exit_status::ok;
    }
    if (keys::is_weak(stored.key))
        tell(options, cat("only ", std::to_string(stored.key.bits()), " bits: plan a rotation"));
    tell(options,
         cat("imported: ", stored.file.path, "; now check what is published: mn-dkimkey --keys ",
             options.keys, " check ", domain));
    return exit_status::ok;
}

int list(const Options& options, Words words)
{
    std::vector<Problem> problems;
    for (const std::string& domain : domains_of(options, words, problems))
        for (const StoredKey& key :
             keys::load_usable(options.keys, domain, keys::all_states, problems))
            cli::print(keys::key_text(key, options.form()));
    for (const Problem& problem : problems)
        complain(config::describe(problem));
    return problems.empty() ? exit_status::ok : exit_status::found_problems;
}

int check(const Options& options, Words words)
{
    std::vector<Problem> problems;
    dns::NetworkResolver resolver(options.network());
    const auto domains = domains_of(options, words, problems);
    const keys::Check found = keys::examine_all(options.keys, domains, resolver, now().seconds);
    problems.insert(problems.end(), found.problems.begin(), found.problems.end());
    for (const Problem& problem : problems)
        cli::print(keys::problem_text(problem, options.form()));
    for (const auto& [key, report] : found.keys)
        cli::print(keys::report_text(key, report, options.form()));
    if (found.has_errors() || config::has_errors(problems)) return exit_status::found_problems;
    return found.is_unknown() ? exit_status::failed : exit_status::ok;
}

// ---- rotation -----------------------------------------------------------------------------------

int rotate_make(const Options& options, const std::string& domain)
{
    keys::Wishes wishes{{}, lower(options.selector), static_cast<unsigned>(options.bits)};
    if (!options.type.empty()) wishes.algorithms = algorithms_of(options.type);
    for (const StoredKey& key : keys::prepare(options.keys, domain, wishes, now().seconds))
        cli::print(keys::record_text(key, options.form()));
    cli::flush();
    tell(options, cat("next: publish these records beside the old ones, then: "
                      "mn-dkimkey rotate switch ",
                      domain));
    return exit_status::ok;
}

void complain_of(const std::vector<keys::Unpublished>& unpublished)
{
    for (const auto& [name, why] : unpublished)
        complain(cat(name, ": ", why));
}

int rotate_switch(const Options& options, const std::string& domain)
{
    std::optional<dns::NetworkResolver> resolver;
    if (!options.force) resolver.emplace(options.network());
    const keys::SwitchOver done =
        keys::switch_over(options.keys, domain, resolver ? &*resolver : nullptr);
    if (!done.is_prepared) {
        tell(options, cat("nothing is prepared for ", domain, ", so nothing to switch to"));
        return exit_status::ok;
    }
    if (!done.unpublished.empty()) {
        complain_of(done.unpublished);
        complain("nothing has been changed: the DNS does not show the new keys yet");
        return exit_status::found_problems;
    }
    tell(options, cat(domain, " is now signed by ", join(done.switched.activated),
                      "; retired: ", join(done.switched.retired)));
    tell(options,
         cat("next: leave the old records published until ",
             utc(keys::keep_until(now().seconds, options.patience()), "%Y-%m-%d"),
             ", for mail that is still on its way; then: mn-dkimkey rotate retire ", domain));
    return exit_status::ok;
}

int rotate_retire(const Options& options, const std::string& domain)
{
    const auto removed = [&](const config::KeyFile& file) {
        // On standard output: what is to be taken out of the zone.
        cli::print(cat(dkim::key_name(file.selector, domain), "\n"));
        cli::flush();
        tell(options, cat("removed: ", file.path, "; take its record out of the DNS"));
    };
    if (const auto until = keys::retire(options.keys, domain, options.patience(), removed))
        tell(options, cat("next: leave the old records until ", utc(*until, "%Y-%m-%d %H:%M UTC")));
    return exit_status::ok;
}

std::string_view advice(keys::NextStep step)
{
    constexpr std::array<std::string_view, 5> texts{
        "mn-dkimkey create", "mn-dkimkey rotate make",
        "publish the records that this prints: mn-dkimkey rotate make", "mn-dkimkey rotate switch",
        "mn-dkimkey rotate retire"};
    return texts.at(static_cast<std::size_t>(step));
}

/// Where a rotation stands; changes nothing.
int rotate_show(const Options& options, const std::string& domain)
{
    dns::NetworkResolver resolver(options.network());
    const keys::Standing standing = keys::standing(options.keys, domain, resolver);
    cli::print(cat(domain, " is signed by ",
                   standing.active.empty() ? "no key" : join(standing.active), "\n"));
    for (const config::RetiredKey& key : standing.retired)
        cli::print(cat("retired on ", utc(key.since, "%Y-%m-%d"), ": ", key.file.selector, "\n"));
    if (!standing.prepared.empty()) cli::print(cat("prepared: ", join(standing.prepared), "\n"));
    complain_of(standing.unpublished);
    tell(options, cat("next: ", advice(standing.next), " ", domain));
    return exit_status::ok;
}

int rotate(const Options& options, Words words)
{
    using Step = int (*)(const Options&, const std::string&);
    constexpr std::array<std::pair<std::string_view, Step>, 3> steps{
        {{"make", rotate_make}, {"switch", rotate_switch}, {"retire", rotate_retire}}};
    if (words.size() == 1) return rotate_show(options, domain_of(words[0]));
    if (words.size() == 2)
        for (const auto& [name, step] : steps)
            if (name == words[0]) {
                const std::string domain = domain_of(words[1]);
                const Lock lock = config::lock_keys(options.keys);
                return step(options, domain);
            }
    throw UsageError("rotate wants make, switch or retire, and a DOMAIN; or only a DOMAIN");
}

// ---- main ---------------------------------------------------------------------------------------

int run(const Options& options)
{
    using Command = int (*)(const Options&, Words);
    constexpr std::array<std::pair<std::string_view, Command>, 6> commands{{{"create", create},
                                                                            {"list", list},
                                                                            {"dns", print_records},
                                                                            {"import", import},
                                                                            {"rotate", rotate},
                                                                            {"check", check}}};
    if (options.words.empty())
        throw UsageError("what to do? create, list, dns, import, rotate or check");
    if (options.keys.empty()) throw UsageError("--keys DIR is missing");
    if (!options.selector.empty() && !config::is_selector(options.selector))
        throw UsageError(cat("not a selector: ", printable(options.selector)));
    for (const auto& [name, command] : commands)
        if (name == options.words.front())
            return command(options, std::span(options.words).subspan(1));
    throw UsageError(cat("unknown command ", printable(options.words.front()),
                         "; there are create, list, dns, import, rotate and check"));
}

} // namespace

int main(int argc, char** argv)
{
    cli::Tool tool("mn-dkimkey", "the keys that sign mail", cli::Audience::admin);
    Options options;
    tool.arguments("COMMAND", options.words, "create, list, dns, import, rotate or check");
    tool.words("rotate", "make switch retire");
    tool.words("", "create list dns import rotate check");
    tool.option("--keys", options.keys, "DIR", "the keys are DIR/DOMAIN/SELECTOR.pem");
    tool.option("--selector", options.selector, "NAME", "only this key; or what to call a new one");
    tool.option("--type", options.type, "TYPE", "new keys: rsa, ed25519 or both (default)");
    tool.words("--type", "rsa ed25519 both");
    tool.number("--bits", options.bits, "N", "of a new RSA key", dkim::min_rsa_bits,
                dkim::max_rsa_bits);
    tool.flag("--next", options.next, "create, import: prepare, do not sign yet");
    tool.flag("--web", options.web, "dns: name and value on a line each, for web forms");
    tool.flag("--force", options.force, "rotate: whatever the DNS, or the calendar, says");
    tool.number("--keep-days", options.keep_days, "DAYS", "rotate: keep old keys' records so long",
                1, 3650);
    tool.list("--nameserver", options.nameservers, "ADDRESS[:PORT]",
              "ask this one; may be repeated");
    tool.number("--dns-timeout", options.dns_timeout, "SECONDS", "wait for the DNS at most so long",
                1, 600);
    tool.flag("--json", options.json, "a JSON object a line");
    tool.flag("-q,--quiet", options.quiet, "do not say what was done, and what comes next");
    tool.epilogue("mn-dkimkey --keys DIR create|list|dns|check [DOMAIN...]\n"
                  "mn-dkimkey --keys DIR import DOMAIN FILE\n"
                  "mn-dkimkey --keys DIR rotate [make|switch|retire] DOMAIN");
    return tool.run(argc, argv, [&] { return run(options); });
}
