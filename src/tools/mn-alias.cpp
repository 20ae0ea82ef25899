// mn-alias: where mail for an address goes, the tables that tell Postfix, and mail sent on to
// addresses elsewhere.
// Contract: man/mn-alias.1, format man/mn-aliases.5. Behaviour: config/alias_*.cpp, forward/.
// Tests: tests/tools/mn-alias*.bats, tests/unit/test_config_alias*.cpp, test_forward_*.cpp.
#include "auth/arc_relay.hpp"
#include "base/confine.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/upstream.hpp"
#include "cli/common_options.hpp"
#include "cli/tool.hpp"
#include "config/alias_check.hpp"
#include "config/alias_explain.hpp"
#include "config/alias_tables.hpp"
#include "config/forwarding.hpp"
#include "config/srs_secrets.hpp"
#include "dns/network.hpp"
#include "forward/forward.hpp"
#include "keys/key_ring.hpp"

#include <algorithm>
#include <string>
#include <unistd.h>
#include <unordered_set>
#include <vector>

namespace
{

using namespace mn;
using namespace mn::config;

struct Options {
    std::string aliases = "userconfig/aliases";
    std::string passwd = "userconfig/passwd";
    std::string domains;
    std::string postfix;
    std::string forwarding;
    std::vector<std::string> addresses;
    bool check = false;
    bool explain = false;
    bool json = false;

    bool forward = false;
    std::string sender;
    std::string recipient;
    std::string queue_id;
    std::string secrets;
    std::string domain;
    std::string reinject;
    std::string keys;
    std::string authserv_id;
    std::string host_name = "localhost";
    std::string dmarc_fail = "refuse";
    cli::DnsOptions dns;
    bool from_pipe = false;
    bool verbose = false;
};

void complain(const std::string& text)
{
    write_all(STDERR_FILENO, text + "\n", "standard error");
}

/// Errors only, to standard error. Returns true if there were any.
bool complain_about_errors(const std::vector<Problem>& problems)
{
    for (const Problem& problem : problems)
        if (problem.severity == Severity::error) complain(describe(problem));
    return has_errors(problems);
}

std::vector<std::string> domains_of(const Options& options, const std::vector<Account>& accounts)
{
    std::vector<std::string> domains;
    const auto add = [&](std::string domain) {
        if (std::find(domains.begin(), domains.end(), domain) == domains.end())
            domains.push_back(std::move(domain));
    };
    if (!options.domains.empty()) {
        for (const std::string_view piece : split(options.domains, ',')) {
            const std::string domain = lower(trim(piece));
            if (!is_domain(domain))
                throw UsageError(cat("--domains: \"", printable(piece), "\" is not a domain"));
            add(domain);
        }
        return domains;
    }
    for (const Account& account : accounts)
        add(account.address.domain);
    if (domains.empty())
        throw UsageError(
            cat("no domains: give --domains, for ", options.passwd, " has no accounts"));
    return domains;
}

std::vector<std::string> questions(const Options& options)
{
    if (!options.addresses.empty()) return options.addresses;
    const std::string text = read_all(STDIN_FILENO, max_alias_file, "standard input");
    std::vector<std::string> lines;
    for (const std::string_view line : split(text, '\n'))
        if (!trim(line).empty()) lines.emplace_back(trim(line));
    return lines;
}

bool is_final(const Hop& hop)
{
    return hop.kind == HopKind::account || hop.kind == HopKind::external;
}

/// Mail for such an address does not arrive.
bool is_dead_end(const Hop& hop)
{
    return !is_final(hop) && hop.kind != HopKind::alias;
}

void complain_about(const Hop& hop, const std::string& asked, const std::string& file_name)
{
    std::string text = cat("mn-alias: ", trim(describe(hop)));
    if (hop.depth > 0) text.append(cat(" (from ", asked, ")"));
    if (hop.named_on > 0)
        text = cat(printable(file_name), ":", std::to_string(hop.named_on), ": ",
                   text.substr(std::string_view("mn-alias: ").size()));
    complain(text);
}

std::vector<Problem> all_problems(const AliasGraph& graph, const std::string& forwarding)
{
    std::vector<Problem> problems = check_aliases(graph);
    for (Problem& problem : check_forwarding(graph.map(), forwarding))
        problems.push_back(std::move(problem));
    return problems;
}

int check(const AliasMap& map, const Options& options)
{
    const std::vector<Problem> problems = all_problems(AliasGraph(map), options.forwarding);
    for (const Problem& problem : problems)
        cli::print(cat(options.json ? to_json(problem).text() : describe(problem), "\n"));
    return has_errors(problems) ? exit_status::found_problems : exit_status::ok;
}

int write_tables(const AliasMap& map, const Options& options)
{
    const AliasGraph graph(map);
    if (complain_about_errors(all_problems(graph, options.forwarding)))
        return exit_status::found_problems;
    write_alias_tables(
        graph, options.postfix,
        cat("Made by mn-alias from ", map.file().file_name(), "; changes will be overwritten."),
        options.forwarding);
    return exit_status::ok;
}

void show_tree(const AliasMap& map, const Address& address, const std::vector<Hop>& hops, bool json)
{
    for (const Hop& hop : hops)
        cli::print(cat(json ? to_json(hop).text() : describe(hop), "\n"));
    const std::vector<std::string> logins = senders(map, address);
    if (json) {
        Json line;
        line.add("kind", "senders").add("address", address.key()).add("senders", logins);
        cli::print(cat(line.text(), "\n"));
        return;
    }
    std::string names;
    for (const std::string& login : logins)
        names.append(names.empty() ? "" : ", ").append(login);
    cli::print(cat("  may send as ", address.key(), ": ", names.empty() ? "nobody" : names, "\n"));
}

/// The filter: final addresses, each once in the whole run.
void show_goals(const AliasMap& map, const std::string& asked, const std::vector<Hop>& hops,
                std::unordered_set<std::string>& shown)
{
    for (const Hop& hop : hops) {
        if (is_dead_end(hop)) complain_about(hop, asked, map.file().file_name());
        if (is_final(hop) && shown.insert(lower(hop.address)).second)
            cli::print(cat(hop.address, "\n"));
    }
}

int answer(const AliasMap& map, const Options& options)
{
    bool is_good = !complain_about_errors(map.file().problems());
    std::unordered_set<std::string> shown;
    for (const std::string& question : questions(options)) {
        const auto address = parse_address(question);
        if (!address) {
            complain(
                cat("mn-alias: ", printable(quote_for_message(question)), " is not an address"));
            is_good = false;
            continue;
        }
        std::vector<Hop> hops = explain(map, *address);
        for (Hop& hop : hops)
            hop.is_forwarded = hop.kind == HopKind::external && !options.forwarding.empty();
        is_good = is_good && std::none_of(hops.begin(), hops.end(), is_dead_end);
        if (options.explain)
            show_tree(map, *address, hops, options.json);
        else
            show_goals(map, question, hops, shown);
    }
    return is_good ? exit_status::ok : exit_status::found_problems;
}

void check_usage(const Options& options)
{
    for (const std::string* given : {&options.sender, &options.recipient, &options.secrets,
                                     &options.domain, &options.reinject, &options.keys})
        if (!given->empty())
            throw UsageError("--sender, --recipient, --srs-secrets, --domain, --reinject and "
                             "--keys go with --forward");
    if (options.check + options.explain + !options.postfix.empty() > 1)
        throw UsageError("--check, --explain and --postfix exclude each other");
    if (options.json && !options.check && !options.explain)
        throw UsageError("--json goes with --check or --explain");
    if ((options.check || !options.postfix.empty()) && !options.addresses.empty())
        throw UsageError("--check and --postfix take no addresses");
}

int run(const Options& options)
{
    check_usage(options);
    const AliasFile file =
        parse_aliases(read_file(options.aliases, max_alias_file), options.aliases);
    const PasswdFile passwd =
        parse_passwd(read_file(options.passwd, max_alias_file), options.passwd);
    const AliasMap map(file, passwd.accounts, domains_of(options, passwd.accounts));
    if (!options.forwarding.empty() && map.find_domain(options.forwarding) == TextIndex::none)
        throw UsageError(
            cat("--forwarding: ", printable(options.forwarding), " is not a domain of this node"));
    if (options.check) return check(map, options);
    if (!options.postfix.empty())
        return complain_about_errors(passwd.problems) ? exit_status::found_problems
                                                      : write_tables(map, options);
    const bool is_passwd_bad = complain_about_errors(passwd.problems);
    return std::max(answer(map, options), is_passwd_bad ? exit_status::found_problems : 0);
}

void check_forward_usage(const Options& options)
{
    if (options.check || options.explain || options.json || !options.postfix.empty() ||
        !options.forwarding.empty() || !options.addresses.empty())
        throw UsageError("--forward excludes the other modes, and takes no addresses");
    if (options.recipient.empty() || options.domain.empty() || options.secrets.empty() ||
        options.reinject.empty())
        throw UsageError("--forward wants --recipient, --domain, --srs-secrets and --reinject");
    if (!is_domain(options.domain) || !is_domain(options.host_name))
        throw UsageError("--domain and --hostname want a domain");
}

/// Opens all that is needed, then gives up the right to open more, then looks at the message.
int forward_one(const Options& options, const Upstream& upstream)
{
    log::identify("mn-alias", options.queue_id);
    check_forward_usage(options);
    forward::Settings settings;
    settings.set_server(options.reinject);
    settings.set_dmarc_action(options.dmarc_fail);
    settings.secrets = read_srs_secrets(options.secrets);
    settings.domain = lower(options.domain);
    settings.authserv_id = options.authserv_id;
    settings.host_name = options.host_name;
    if (options.from_pipe) settings.upstream = &upstream;
    keys::KeyRing keys(options.keys);
    settings.key = arc::sealing_key_of(keys.keys_of(settings.domain));
    dns::NetworkResolver resolver(
        {.servers = options.dns.nameservers, .budget = options.dns.budget()});
    confine_to({}, Network::client);
    forbid_system_calls(Network::client);

    mta::PassThrough message(STDIN_FILENO);
    const std::string answer =
        forward::forward_message(message, {options.sender, options.recipient}, settings, resolver);
    log::info(cat("to=<", options.recipient, ">: ", answer));
    if (options.verbose) cli::print(answer + "\n");
    return exit_status::ok;
}

void add_forward_options(cli::Tool& tool, Options& options)
{
    tool.flag("--forward", options.forward, "send the message on standard input on (for pipe(8))");
    tool.option("--sender", options.sender, "ADDRESS", "envelope sender; empty for a bounce");
    tool.option("--recipient", options.recipient, "ADDRESS",
                "DOMAIN=USER@forward.internal, or what bounces come back to");
    tool.option("--queue-id", options.queue_id, "ID", "for the log");
    tool.option("--srs-secrets", options.secrets, "FILE", "one secret a line, the newest first");
    tool.option("--domain", options.domain, "DOMAIN", "of the new envelope senders, and the seal");
    tool.option("--reinject", options.reinject, "ADDRESS:PORT", "the SMTP server that sends it on");
    tool.option("--keys", options.keys, "DIR", "DKIM keys, to seal with (ARC)");
    tool.option("--authserv-id", options.authserv_id, "NAME",
                "Authentication-Results of this name are ours");
    tool.option("--hostname", options.host_name, "NAME", "our name");
    tool.option("--dmarc-fail", options.dmarc_fail, "ACTION",
                "refuse, forward, or an address of ours that gets it instead");
    tool.words("--dmarc-fail", "refuse forward");
    cli::add_dns_options(tool, options.dns, 250);
    cli::add_from_pipe(tool, options.from_pipe);
    tool.flag("-v,--verbose", options.verbose, "print the server's answer");
}

/// Who reads our exit status has to be known before the options can be parsed.
bool is_in_mail_path(int argc, char** argv)
{
    return std::find(argv, argv + argc, std::string_view("--forward")) != argv + argc;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    cli::Tool tool("mn-alias", "where mail for an address goes, and the tables that tell Postfix",
                   is_in_mail_path(argc, argv) ? cli::Audience::mail_path : cli::Audience::admin);
    const Upstream upstream;
    tool.option("--aliases", options.aliases, "FILE", "the aliases file");
    tool.option("--passwd", options.passwd, "FILE", "the accounts");
    tool.option("--domains", options.domains, "LIST",
                "domains of this node, separated by commas; default: those of the accounts");
    tool.flag("--check", options.check,
              "list everything that is wrong; exit 1 if there are errors");
    tool.flag("--explain", options.explain, "show each hop, and who may send as the address");
    tool.option("--postfix", options.postfix, "DIR",
                "write virtual_alias, recipients and senders for Postfix into DIR");
    tool.option("--forwarding", options.forwarding, "DOMAIN",
                "mail for elsewhere goes through --forward, bounces come back to DOMAIN");
    tool.flag("--json", options.json, "JSON Lines, with --check or --explain");
    tool.arguments("ADDRESS", options.addresses, "default: standard input, one a line");
    add_forward_options(tool, options);
    return tool.run(argc, argv, [&] {
        return options.forward ? forward_one(options, upstream) : run(options);
    });
}
