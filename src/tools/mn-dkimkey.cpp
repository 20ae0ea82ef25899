// mn-dkimkey: make, publish, change and check the keys that sign mail.
// Contract: man/mn-dkimkey.1. Behaviour: config/dkim_keys, config/dkim_key_store, auth/dkim_record,
// auth/second_opinion. Tests: tests/tools/mn-dkimkey.bats.
#include "auth/dkim_key.hpp"
#include "auth/dkim_record.hpp"
#include "auth/dkim_sign.hpp"
#include "auth/second_opinion.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "config/dkim_key_store.hpp"
#include "config/dkim_keys.hpp"
#include "dns/network.hpp"
#include "dns/zone_line.hpp"
#include "message/address.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <span>
#include <unistd.h>

namespace
{

using namespace mn;
using config::KeyFile;
using config::KeyState;
using config::Problem;
using crypto::Algorithm;
using crypto::PrivateKey;
using dkim::Publication;

constexpr std::array all_states{KeyState::active, KeyState::next, KeyState::retired};
constexpr std::uint64_t good_bits = 2048;
constexpr std::int64_t day = 24 * 60 * 60;

struct Options {
    std::vector<std::string> words;
    std::string keys;
    std::string selector;
    std::string type;
    std::uint64_t bits = good_bits;
    std::uint64_t keep_days = 7;
    std::vector<std::string> nameservers;
    std::uint64_t dns_timeout = 20;
    bool next = false;
    bool force = false;
    bool web = false;
    bool json = false;
    bool quiet = false;
};

Error failure(const std::string& detail)
{
    return Error("4.3.0", "mail system error", detail);
}

void complain(const std::string& text)
{
    write_all(STDERR_FILENO, text + "\n", "standard error");
}

/// What was done and what comes next, for a person; standard output is for records.
void tell(const Options& options, const std::string& text)
{
    if (!options.quiet) complain(text);
}

std::string domain_of(std::string_view text)
{
    if (!is_domain(text)) throw UsageError(cat("not a domain: ", printable(text)));
    return lower(text);
}

std::string join(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text.append(text.empty() ? "" : ", ").append(word);
    return text;
}

std::string date_of(std::int64_t seconds, const char* format)
{
    const std::time_t time = seconds;
    std::tm parts = {};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

/// A key and where it lies.
struct Key {
    KeyFile file;
    PrivateKey key;
    std::string name() const { return dkim::key_name(file.selector, file.domain); }
};

std::string algorithm_of(const PrivateKey& key)
{
    const std::string name(crypto::algorithm_name(key.algorithm()));
    return key.algorithm() == Algorithm::rsa ? cat(name, " ", std::to_string(key.bits())) : name;
}

/// A domain's keys in this state. Files that are no keys become problems.
std::vector<Key> load(const Options& options, const std::string& domain, KeyState state,
                      std::vector<Problem>& problems)
{
    std::vector<Key> keys;
    for (KeyFile& file : config::find_keys(options.keys, domain, state, &problems)) {
        try {
            PrivateKey key = config::load_key(file, &problems);
            keys.push_back({std::move(file), std::move(key)});
        } catch (const Error& error) {
            problems.push_back({config::Severity::error, file.path, 0, error.detail(),
                                "restore it from a backup, or replace it"});
        }
    }
    return keys;
}

/// The same where a key that cannot be used is the end of the matter.
std::vector<Key> load(const Options& options, const std::string& domain, KeyState state)
{
    std::vector<Key> keys;
    for (KeyFile& file : config::find_keys(options.keys, domain, state, nullptr)) {
        PrivateKey key = config::load_key(file, nullptr);
        keys.push_back({std::move(file), std::move(key)});
    }
    return keys;
}

/// The domains named, or all there are.
std::vector<std::string> domains_of(const Options& options, std::span<const std::string> words,
                                    std::vector<Problem>& problems)
{
    if (words.empty()) return config::domains_with_keys(options.keys, &problems);
    std::vector<std::string> domains;
    for (const std::string& word : words)
        domains.push_back(domain_of(word));
    return domains;
}

// ---- records ------------------------------------------------------------------------------------

void print_record(const Options& options, const Key& key)
{
    const std::string record = dkim::key_record(key.key);
    if (options.json)
        cli::print(cat(Json()
                           .add("domain", key.file.domain)
                           .add("selector", key.file.selector)
                           .add("state", config::state_name(key.file.state))
                           .add("name", key.name())
                           .add("type", "TXT")
                           .add("value", record)
                           .text(),
                       "\n"));
    else if (options.web)
        cli::print(cat(key.name(), "\n", record, "\n"));
    else
        cli::print(cat(dns::zone_line(key.name(), record), "\n"));
}

int print_records(const Options& options, std::span<const std::string> words)
{
    std::vector<Problem> problems;
    bool any = false;
    for (const std::string& domain : domains_of(options, words, problems))
        for (const KeyState state : all_states)
            for (const Key& key : load(options, domain, state)) {
                if (!options.selector.empty() &&
                    !equal_ignoring_case(key.file.selector, options.selector))
                    continue;
                print_record(options, key);
                any = true;
            }
    if (!any) complain("mn-dkimkey: no such key");
    return any ? exit_status::ok : exit_status::found_problems;
}

// ---- new keys -----------------------------------------------------------------------------------

/// A key that is not there yet.
struct Wanted {
    Algorithm algorithm;
    std::string selector;
};

std::vector<Algorithm> algorithms_of(const Options& options)
{
    if (options.type == "rsa") return {Algorithm::rsa};
    if (options.type == "ed25519") return {Algorithm::ed25519};
    if (options.type.empty() || options.type == "both") return {Algorithm::rsa, Algorithm::ed25519};
    throw UsageError(cat("--type wants rsa, ed25519 or both, not ", printable(options.type)));
}

std::vector<Wanted> wanted_keys(const std::vector<Algorithm>& algorithms, const std::string& base)
{
    std::vector<Wanted> wanted;
    for (const Algorithm algorithm : algorithms)
        wanted.push_back({algorithm, algorithm == Algorithm::rsa || algorithms.size() == 1
                                         ? base
                                         : cat(base, "-ed25519")});
    return wanted;
}

Key make_key(const Options& options, const std::string& domain, const Wanted& wanted,
             KeyState state)
{
    config::add_key(options.keys, domain, wanted.selector, state,
                    PrivateKey::generate(wanted.algorithm, static_cast<unsigned>(options.bits)));
    // As it lies on the disk, not as it was in memory.
    const auto file = config::find_selector(options.keys, domain, wanted.selector);
    if (!file) throw failure(cat("the new key ", wanted.selector, " cannot be found again"));
    return {*file, config::load_key(*file, nullptr)};
}

bool has_keys(const Options& options, const std::string& domain)
{
    return !config::find_keys(options.keys, domain, KeyState::active, nullptr).empty() ||
           !config::find_keys(options.keys, domain, KeyState::next, nullptr).empty();
}

void create_for(const Options& options, const std::string& domain)
{
    const KeyState state = options.next ? KeyState::next : KeyState::active;
    const std::string base = options.selector.empty() ? "default" : lower(options.selector);
    if (options.selector.empty() && has_keys(options, domain))
        return tell(options, cat(domain, " has keys already; with --selector there can be more"));
    for (const Wanted& wanted : wanted_keys(algorithms_of(options), base)) {
        if (const auto old = config::find_selector(options.keys, domain, wanted.selector)) {
            tell(options, cat("already there, and left alone: ", old->path));
            continue;
        }
        const Key key = make_key(options, domain, wanted, state);
        print_record(options, key);
        cli::flush();
        tell(options, cat("made: ", key.file.path, "; publish its record"));
    }
}

int create(const Options& options, std::span<const std::string> words)
{
    if (words.empty()) throw UsageError("create wants a DOMAIN");
    std::vector<std::string> domains;
    for (const std::string& word : words)
        domains.push_back(domain_of(word));
    for (const std::string& domain : domains)
        create_for(options, domain);
    return exit_status::ok;
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

int import(const Options& options, std::span<const std::string> words)
{
    if (words.size() != 2) throw UsageError("import wants a DOMAIN and a FILE (or -)");
    constexpr std::size_t limit = 64 << 10;
    const std::string domain = domain_of(words[0]);
    const std::string selector = selector_of(options, words[1]);
    const PrivateKey key =
        PrivateKey::from_pem(words[1] == "-" ? read_all(STDIN_FILENO, limit, "standard input")
                                             : read_file(words[1], limit));
    if (key.algorithm() == Algorithm::rsa &&
        (key.bits() < dkim::min_rsa_bits || key.bits() > dkim::max_rsa_bits))
        throw failure(cat("receivers refuse an RSA key of ", std::to_string(key.bits()), " bits"));
    const auto old = config::find_selector(options.keys, domain, selector);
    if (old && config::load_key(*old, nullptr).public_bytes() == key.public_bytes()) {
        tell(options, cat("already there: ", old->path));
        return exit_status::ok;
    }
    const KeyState state = options.next ? KeyState::next : KeyState::active;
    config::add_key(options.keys, domain, selector, state, key);
    if (key.algorithm() == Algorithm::rsa && key.bits() < good_bits)
        tell(options, cat("only ", std::to_string(key.bits()), " bits: plan a rotation"));
    tell(options, cat("imported: ", config::find_selector(options.keys, domain, selector)->path,
                      "; now check what is published: mn-dkimkey check ", domain));
    return exit_status::ok;
}

// ---- list ---------------------------------------------------------------------------------------

void print_key(const Options& options, const Key& key)
{
    if (options.json)
        cli::print(cat(Json()
                           .add("domain", key.file.domain)
                           .add("selector", key.file.selector)
                           .add("state", config::state_name(key.file.state))
                           .add("algorithm", crypto::algorithm_name(key.key.algorithm()))
                           .add("bits", std::uint64_t{key.key.bits()})
                           .add("file", key.file.path)
                           .text(),
                       "\n"));
    else
        cli::print(cat(key.file.domain, "\t", key.file.selector, "\t",
                       config::state_name(key.file.state), "\t", algorithm_of(key.key), "\n"));
}

Problem no_key(const std::string& domain)
{
    return {config::Severity::error, domain, 0, "has no key",
            cat("make some: mn-dkimkey create ", domain)};
}

int list(const Options& options, std::span<const std::string> words)
{
    std::vector<Problem> problems;
    for (const std::string& domain : domains_of(options, words, problems)) {
        bool any = false;
        for (const KeyState state : all_states)
            for (const Key& key : load(options, domain, state, problems)) {
                print_key(options, key);
                any = true;
            }
        if (!any) problems.push_back(no_key(domain));
    }
    for (const Problem& problem : problems)
        complain(config::describe(problem));
    return problems.empty() ? exit_status::ok : exit_status::found_problems;
}

// ---- the DNS ------------------------------------------------------------------------------------

dns::NetworkResolver resolver_of(const Options& options)
{
    return dns::NetworkResolver(
        {.servers = options.nameservers, .budget = std::chrono::seconds(options.dns_timeout)});
}

void prefetch(const std::vector<Key>& keys, dns::Resolver& resolver)
{
    for (const Key& key : keys)
        resolver.prefetch(key.name(), dns::Type::txt);
}

/// What libopendkim says of a message that this key signed: empty, or what is wrong.
std::string second_opinion_of(const Key& key, const std::string& record)
{
    const std::string header = cat(
        "From: postmaster@", key.file.domain, "\nTo: postmaster@", key.file.domain,
        "\nSubject: a test\nDate: ", date_of(now().seconds, "%a, %d %b %Y %H:%M:%S +0000"), "\n");
    const std::string body = "This message tests a key.\n";
    dkim::Signer signer(
        header, {{.key = &key.key, .domain = key.file.domain, .selector = key.file.selector}},
        now().seconds);
    signer.body(body);
    const auto opinions = dkim::second_opinions(
        signer.finish("\n") + header, body,
        [&](std::string_view, std::string_view) { return std::optional(record); });
    if (opinions.size() != 1) return "libopendkim sees no signature";
    return opinions.front().is_good
               ? std::string()
               : cat("libopendkim refuses a signature of it: ", opinions.front().reason);
}

/// Everything that check says of one key.
struct Report {
    std::vector<Problem> problems;
    bool is_unknown = false; ///< no answer from the DNS, and nothing else wrong
    bool is_waiting = false; ///< prepared, and not published yet
};

Report examine(const Key& key, dns::Resolver& resolver)
{
    Report report;
    const auto problem = [&](config::Severity severity, const std::string& what,
                             const std::string& remedy) {
        report.problems.push_back({severity, key.name(), 0, what, remedy});
    };
    const std::string own = dkim::key_record(key.key);
    const Publication found =
        dkim::look_up_key(key.file.selector, key.file.domain, key.key, resolver);
    const std::string remedy =
        cat("publish the record that this prints: mn-dkimkey dns --selector ", key.file.selector,
            " ", key.file.domain);
    report.is_waiting =
        key.file.state == KeyState::next && found.state == Publication::State::missing;
    report.is_unknown = found.state == Publication::State::unknown;
    if (report.is_unknown)
        problem(config::Severity::warning, found.text, "try again, or with another --nameserver");
    else if (found.state != Publication::State::good && !report.is_waiting)
        problem(config::Severity::error, found.text, remedy);
    if (found.is_testing)
        problem(config::Severity::warning, "the record says t=y, so receivers ignore signatures",
                "take that out");
    if (key.key.algorithm() == Algorithm::rsa && key.key.bits() < good_bits)
        problem(config::Severity::warning,
                cat("the key has only ", std::to_string(key.key.bits()), " bits"),
                cat("replace it: mn-dkimkey rotate make ", key.file.domain));
    const bool use_published = found.state == Publication::State::good;
    if (const std::string refused =
            second_opinion_of(key, use_published ? found.records.front() : own);
        !refused.empty())
        problem(config::Severity::error, refused, "replace the key, or its record");
    return report;
}

void print_report(const Options& options, const Key& key, const Report& report)
{
    if (options.json) {
        std::vector<std::string> texts;
        for (const Problem& problem : report.problems)
            texts.push_back(problem.what);
        const std::string_view result = config::has_errors(report.problems) ? "problem"
                                        : report.is_unknown                 ? "unknown"
                                        : report.is_waiting                 ? "waiting"
                                                                            : "ok";
        cli::print(cat(Json()
                           .add("domain", key.file.domain)
                           .add("selector", key.file.selector)
                           .add("state", config::state_name(key.file.state))
                           .add("algorithm", crypto::algorithm_name(key.key.algorithm()))
                           .add("bits", std::uint64_t{key.key.bits()})
                           .add("result", result)
                           .add("problems", texts)
                           .text(),
                       "\n"));
        return;
    }
    for (const Problem& problem : report.problems)
        cli::print(cat(config::describe(problem), "\n"));
    if (report.is_waiting)
        cli::print(cat(key.name(), ": waiting: prepared, not published yet\n"));
    else if (report.problems.empty())
        cli::print(cat(key.name(), ": ok: ", algorithm_of(key.key),
                       ", published, and libopendkim accepts what it signs\n"));
}

int check(const Options& options, std::span<const std::string> words)
{
    dns::NetworkResolver resolver = resolver_of(options);
    std::vector<Problem> problems;
    std::vector<Key> keys;
    for (const std::string& domain : domains_of(options, words, problems)) {
        const std::size_t before = keys.size();
        for (const KeyState state : {KeyState::active, KeyState::next})
            for (Key& key : load(options, domain, state, problems))
                keys.push_back(std::move(key));
        if (keys.size() == before) problems.push_back(no_key(domain));
    }
    prefetch(keys, resolver);
    bool is_unknown = false;
    bool has_errors = config::has_errors(problems);
    for (const Problem& problem : problems)
        cli::print(options.json ? cat(config::to_json(problem).text(), "\n")
                                : cat(config::describe(problem), "\n"));
    for (const Key& key : keys) {
        const Report report = examine(key, resolver);
        print_report(options, key, report);
        has_errors = has_errors || config::has_errors(report.problems);
        is_unknown = is_unknown || report.is_unknown;
    }
    return has_errors ? exit_status::found_problems
                      : (is_unknown ? exit_status::failed : exit_status::ok);
}

// ---- rotation -----------------------------------------------------------------------------------

/// A selector that nobody has used: by the day, with a letter for the second one of a day.
std::string new_selector(const Options& options, const std::string& domain)
{
    const std::string today = cat("s", date_of(now().seconds, "%Y%m%d"));
    for (char letter = 'a'; letter <= 'z'; ++letter) {
        const std::string selector = letter == 'a' ? today : cat(today, std::string(1, letter));
        if (!config::find_selector(options.keys, domain, selector) &&
            !config::find_selector(options.keys, domain, cat(selector, "-ed25519")))
            return selector;
    }
    throw failure("26 rotations in one day are enough");
}

void tell_next(const Options& options, const std::string& what, const std::string& domain)
{
    tell(options, cat("next: ", what, domain.empty() ? "" : " ", domain));
}

int rotate_make(const Options& options, const std::string& domain)
{
    std::vector<Key> next = load(options, domain, KeyState::next);
    if (next.empty()) {
        std::vector<Algorithm> algorithms;
        for (const Key& key : load(options, domain, KeyState::active))
            if (std::find(algorithms.begin(), algorithms.end(), key.key.algorithm()) ==
                algorithms.end())
                algorithms.push_back(key.key.algorithm());
        std::sort(algorithms.begin(), algorithms.end());
        if (algorithms.empty())
            throw failure(cat(domain, " has no key to be replaced: mn-dkimkey create ", domain));
        if (!options.type.empty()) algorithms = algorithms_of(options);
        const std::string base =
            options.selector.empty() ? new_selector(options, domain) : lower(options.selector);
        for (const Wanted& wanted : wanted_keys(algorithms, base))
            next.push_back(make_key(options, domain, wanted, KeyState::next));
    }
    for (const Key& key : next)
        print_record(options, key);
    cli::flush();
    tell_next(options, "publish these records beside the old ones, then: mn-dkimkey rotate switch",
              domain);
    return exit_status::ok;
}

/// True when receivers can find every prepared key; tells which they cannot.
bool next_is_published(const Options& options, const std::vector<Key>& next)
{
    dns::NetworkResolver resolver = resolver_of(options);
    prefetch(next, resolver);
    bool all = true;
    for (const Key& key : next) {
        const Publication found =
            dkim::look_up_key(key.file.selector, key.file.domain, key.key, resolver);
        if (found.state == Publication::State::good) continue;
        complain(cat(key.name(), ": ", found.text));
        all = false;
    }
    return all;
}

int rotate_switch(const Options& options, const std::string& domain)
{
    const std::vector<Key> next = load(options, domain, KeyState::next);
    if (next.empty()) {
        tell(options, cat("nothing is prepared for ", domain, ", so nothing to switch to"));
        return exit_status::ok;
    }
    if (!options.force && !next_is_published(options, next)) {
        complain("nothing has been changed: the DNS does not show the new keys yet");
        return exit_status::found_problems;
    }
    const config::Switched switched = config::activate_next(options.keys, domain);
    tell(options, cat(domain, " is now signed by ", join(switched.activated),
                      "; retired: ", join(switched.retired)));
    tell_next(
        options,
        cat("leave the old records published until ",
            date_of(now().seconds + static_cast<std::int64_t>(options.keep_days) * day, "%Y-%m-%d"),
            ", for mail that is still on its way; then: mn-dkimkey rotate retire"),
        domain);
    return exit_status::ok;
}

int rotate_retire(const Options& options, const std::string& domain)
{
    const std::int64_t keep = static_cast<std::int64_t>(options.keep_days) * day;
    std::int64_t last = 0;
    for (const config::RetiredKey& key : config::retired_keys(options.keys, domain)) {
        if (!options.force && key.since + keep > now().seconds) {
            last = std::max(last, key.since + keep);
            continue;
        }
        config::remove_key(key.file);
        // On standard output: what is to be taken out of the zone.
        cli::print(cat(dkim::key_name(key.file.selector, domain), "\n"));
        cli::flush();
        tell(options, cat("removed: ", key.file.path, "; take its record out of the DNS"));
    }
    if (last > 0)
        tell_next(options, cat("leave the old records until ", date_of(last, "%Y-%m-%d %H:%M UTC")),
                  "");
    return exit_status::ok;
}

/// Where a rotation stands; changes nothing.
int rotate_show(const Options& options, const std::string& domain)
{
    const std::vector<Key> next = load(options, domain, KeyState::next);
    std::vector<std::string> active;
    for (const KeyFile& file : config::find_keys(options.keys, domain, KeyState::active, nullptr))
        active.push_back(file.selector);
    cli::print(cat(domain, " is signed by ", active.empty() ? "no key" : join(active), "\n"));
    const auto retired = config::retired_keys(options.keys, domain);
    for (const auto& key : retired)
        cli::print(
            cat("retired on ", date_of(key.since, "%Y-%m-%d"), ": ", key.file.selector, "\n"));
    if (!next.empty()) {
        std::vector<std::string> names;
        for (const Key& key : next)
            names.push_back(key.file.selector);
        cli::print(cat("prepared: ", join(names), "\n"));
        const bool is_published = next_is_published(options, next);
        tell_next(options,
                  is_published ? "mn-dkimkey rotate switch"
                               : "publish the records that this prints: mn-dkimkey rotate make",
                  domain);
    } else if (!retired.empty()) {
        tell_next(options, "mn-dkimkey rotate retire", domain);
    } else {
        tell_next(options, active.empty() ? "mn-dkimkey create" : "mn-dkimkey rotate make", domain);
    }
    return exit_status::ok;
}

int rotate(const Options& options, std::span<const std::string> words)
{
    using Step = int (*)(const Options&, const std::string&);
    constexpr std::array<std::pair<std::string_view, Step>, 3> steps{
        {{"make", rotate_make}, {"switch", rotate_switch}, {"retire", rotate_retire}}};
    if (words.size() == 1) return rotate_show(options, domain_of(words[0]));
    if (words.size() == 2)
        for (const auto& [name, step] : steps)
            if (name == words[0]) return step(options, domain_of(words[1]));
    throw UsageError("rotate wants make, switch or retire, and a DOMAIN; or only a DOMAIN");
}

// ---- main ---------------------------------------------------------------------------------------

int run(const Options& options)
{
    using Command = int (*)(const Options&, std::span<const std::string>);
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
    tool.option("--keys", options.keys, "DIR", "the keys are DIR/DOMAIN/SELECTOR.pem");
    tool.option("--selector", options.selector, "NAME", "only this key; or what to call a new one");
    tool.option("--type", options.type, "TYPE", "new keys: rsa, ed25519 or both (default)");
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
