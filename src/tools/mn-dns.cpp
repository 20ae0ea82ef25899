// mn-dns: what a mail domain should publish in the DNS, and whether it does.
// Contract: man/mn-dns.1. Behaviour: publish/. Tests: tests/tools/mn-dns.bats.
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "dns/network.hpp"
#include "keys/stored_key.hpp"
#include "message/address.hpp"
#include "publish/blocklist.hpp"
#include "publish/changes.hpp"
#include "publish/check.hpp"
#include "publish/plan_text.hpp"
#include "publish/probe.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <unistd.h>

namespace
{

using namespace mn;
using publish::Finding;

constexpr std::size_t max_state = 4 << 20;

struct Options {
    std::vector<std::string> words;
    std::string host;
    std::vector<std::string> addresses;
    std::string keys;
    std::string dmarc_policy = "none";
    std::vector<std::string> report_to;
    std::vector<std::string> name_servers;
    std::uint64_t smtp_port = 25;
    std::uint64_t smtps_port = 465;
    std::uint64_t imaps_port = 993;
    std::vector<std::string> connect;
    bool no_connect = false;
    std::string ca_file;
    bool blocklists = false;
    std::string changed;
    std::vector<std::string> nameservers;
    std::uint64_t dns_timeout = 20;
    bool json = false;
    bool quiet = false;

    publish::Form form() const
    {
        if (json) return publish::Form::json;
        return ::isatty(STDOUT_FILENO) == 1 ? publish::Form::terminal : publish::Form::plain;
    }
    dns::NetworkOptions network() const
    {
        const std::chrono::milliseconds budget = std::chrono::seconds(dns_timeout);
        // Three attempts, each waiting twice as long as the one before, fill the budget.
        return {.servers = nameservers, .budget = budget, .query_timeout = budget / 7};
    }
};

void complain(const std::string& text)
{
    write_all(STDERR_FILENO, text + "\n", "standard error");
}

// ---- arguments ----------------------------------------------------------------------------------

std::string domain_of(std::string_view text)
{
    if (!is_domain(text)) throw UsageError(cat("not a domain: ", printable(text)));
    return lower(text);
}

/// Of this machine, or as told; others must be able to look it up.
std::string host_of(const Options& options)
{
    std::array<char, 256> name{};
    if (options.host.empty()) ::gethostname(name.data(), name.size() - 1);
    const std::string host = options.host.empty() ? name.data() : options.host;
    if (!is_domain(host) || host.find('.') == std::string::npos)
        throw UsageError(cat("not a full host name: ", printable(host),
                             "; tell the one of your mail host: --host mail.example.org"));
    return lower(host);
}

std::vector<IpAddress> addresses_of(const std::vector<std::string>& texts)
{
    std::vector<IpAddress> addresses;
    for (const std::string& text : texts) {
        const auto address = IpAddress::parse(text);
        if (!address) throw UsageError(cat("not an IP address: ", printable(text)));
        addresses.push_back(*address);
    }
    return addresses;
}

publish::Node node_of(const Options& options)
{
    return {.host = host_of(options),
            .addresses = addresses_of(options.addresses),
            .smtp_port = static_cast<std::uint16_t>(options.smtp_port),
            .smtps_port = static_cast<std::uint16_t>(options.smtps_port),
            .imaps_port = static_cast<std::uint16_t>(options.imaps_port)};
}

publish::Wishes wishes_of(const Options& options)
{
    publish::Wishes wishes;
    constexpr std::array policies{dmarc::Policy::none, dmarc::Policy::quarantine,
                                  dmarc::Policy::reject};
    const auto policy = std::find_if(policies.begin(), policies.end(), [&](dmarc::Policy p) {
        return dmarc::policy_name(p) == options.dmarc_policy;
    });
    if (policy == policies.end())
        throw UsageError(cat("--dmarc-policy wants none, quarantine or reject, not ",
                             printable(options.dmarc_policy)));
    wishes.policy = *policy;
    for (const std::string& text : options.report_to) {
        const auto address = parse_address(text);
        // Two that mean something in the lists of addresses of these records.
        if (!address || text.find_first_of("!,") != std::string::npos)
            throw UsageError(cat("not an address for reports: ", printable(text)));
        wishes.report_to.push_back(address->text());
    }
    return wishes;
}

std::vector<std::string> domains_of(std::span<const std::string> words)
{
    if (words.empty()) throw UsageError("which DOMAIN?");
    std::vector<std::string> domains;
    for (const std::string& word : words)
        if (const std::string domain = domain_of(word);
            std::find(domains.begin(), domains.end(), domain) == domains.end())
            domains.push_back(domain);
    return domains;
}

void note_missing_keys(const Options& options)
{
    if (options.keys.empty() && !options.quiet)
        complain("mn-dns: nothing is said about DKIM keys: --keys DIR is missing");
}

// ---- print --------------------------------------------------------------------------------------

std::vector<keys::StoredKey> published_keys(const std::string& dir,
                                            std::span<const std::string> domains)
{
    std::vector<keys::StoredKey> all;
    if (dir.empty()) return all;
    open_directory(dir); // one that is not there has no keys either, but is a mistake
    for (const std::string& domain : domains) {
        const std::size_t before = all.size();
        for (keys::StoredKey& key : keys::keys_to_publish(dir, domain, ""))
            all.push_back(std::move(key));
        if (all.size() == before)
            complain(cat("mn-dns: ", domain, " has no DKIM key yet: mn-dkimkey create ", domain));
    }
    return all;
}

int print_records(const Options& options, std::span<const std::string> domains)
{
    std::vector<std::string> servers;
    for (const std::string& server : options.name_servers)
        servers.push_back(domain_of(server));
    if (!servers.empty() && (domains.size() > 1 || options.json))
        throw UsageError("--ns makes the zone of one DOMAIN, and not as JSON");
    note_missing_keys(options);
    const auto records = publish::plan(node_of(options), domains, wishes_of(options),
                                       published_keys(options.keys, domains));
    if (!servers.empty()) cli::print(publish::zone_head(servers, domains.front(), now().seconds));
    for (const publish::Record& record : records)
        cli::print(options.json ? publish::json_text(record) : publish::zone_text(record));
    return exit_status::ok;
}

// ---- check --------------------------------------------------------------------------------------

std::vector<Finding> probe(const Options& options, const publish::Settings& settings,
                           const std::vector<IpAddress>& addresses)
{
    if (options.no_connect) return {};
    const std::vector<IpAddress> told = addresses_of(options.connect);
    return publish::probe({.node = settings.node,
                           .domains = settings.domains,
                           .addresses = told.empty() ? addresses : told,
                           .ca_file = options.ca_file,
                           .now = settings.now});
}

void tell_changes(const Options& options, std::span<const Finding> findings)
{
    const bool is_first = ::access(options.changed.c_str(), F_OK) != 0;
    const publish::Changes changes =
        publish::compare(is_first ? "" : read_file(options.changed, max_state), findings);
    for (const Finding* finding : changes.changed)
        cli::print(publish::told(*finding, options.form()));
    // Only what was told is remembered as told.
    cli::flush();
    replace_file(options.changed, changes.state, 0600);
}

void tell(const Options& options, std::span<const Finding> findings)
{
    if (!options.changed.empty()) return tell_changes(options, findings);
    for (const Finding& finding : findings)
        if (!options.quiet || finding.grade != publish::Grade::ok)
            cli::print(publish::told(finding, options.form()));
}

int check(const Options& options, const std::vector<std::string>& domains)
{
    if (!options.name_servers.empty()) throw UsageError("--ns is for print");
    if (options.no_connect && !options.connect.empty())
        throw UsageError("--connect and --no-connect exclude each other");
    addresses_of(options.connect);
    const publish::Settings settings{.node = node_of(options),
                                     .domains = domains,
                                     .wishes = wishes_of(options),
                                     .keys = options.keys,
                                     .now = now().seconds};
    note_missing_keys(options);
    dns::NetworkResolver resolver(options.network());
    auto [findings, addresses] = publish::check(settings, resolver);
    for (Finding& finding : probe(options, settings, addresses))
        findings.push_back(std::move(finding));
    if (options.blocklists) publish::check_blocklists(addresses, domains, resolver, findings);
    tell(options, findings);
    if (publish::has_problems(findings)) return exit_status::found_problems;
    return publish::has_unknown(findings) ? exit_status::failed : exit_status::ok;
}

int run(const Options& options)
{
    if (options.words.empty()) throw UsageError("what to do? print or check");
    const std::string& command = options.words.front();
    if (command != "print" && command != "check")
        throw UsageError(
            cat("unknown command ", printable(command), "; there are print and check"));
    const auto domains = domains_of(std::span(options.words).subspan(1));
    return command == "print" ? print_records(options, domains) : check(options, domains);
}

void add_options(cli::Tool& tool, Options& options)
{
    tool.arguments("COMMAND", options.words, "print or check, and the domains");
    tool.words("", "print check");
    tool.option("--host", options.host, "NAME", "the mail host; default: this machine");
    tool.list("--address", options.addresses, "ADDRESS", "public one of the host; may be repeated");
    tool.option("--keys", options.keys, "DIR", "DKIM keys are DIR/DOMAIN/SELECTOR.pem");
    tool.option("--dmarc-policy", options.dmarc_policy, "POLICY", "none, quarantine or reject");
    tool.words("--dmarc-policy", "none quarantine reject");
    tool.list("--report-to", options.report_to, "ADDRESS",
              "who gets reports; default: postmaster; may be repeated");
    tool.list("--ns", options.name_servers, "NAME",
              "print: a whole zone with this name server; may be repeated");
    tool.number("--smtp-port", options.smtp_port, "N", "mail from other servers", 1, 65535);
    tool.number("--smtps-port", options.smtps_port, "N", "mail from users", 1, 65535);
    tool.number("--imaps-port", options.imaps_port, "N", "reading mail", 1, 65535);
    tool.list("--connect", options.connect, "ADDRESS",
              "check: connect to this one, not to those of the host; may be repeated");
    tool.flag("--no-connect", options.no_connect, "check: ask the DNS only");
    tool.option("--ca-file", options.ca_file, "FILE", "check: trust these certificates");
    tool.flag("--blocklists", options.blocklists, "check: ask blocklists, too");
    tool.option("--changed", options.changed, "FILE",
                "check: tell only what is not as FILE remembers it");
    tool.list("--nameserver", options.nameservers, "ADDRESS[:PORT]",
              "ask this one; may be repeated");
    tool.number("--dns-timeout", options.dns_timeout, "SECONDS", "wait for the DNS at most so long",
                1, 600);
    tool.flag("--json", options.json, "a JSON object a line");
    tool.flag("-q,--quiet", options.quiet, "check: do not tell what is OK");
    tool.epilogue("mn-dns print [--host NAME] [--address ADDRESS]... [--keys DIR] DOMAIN...\n"
                  "mn-dns check [--host NAME] [--keys DIR] DOMAIN...");
}

} // namespace

int main(int argc, char** argv)
{
    cli::Tool tool("mn-dns", "what a mail domain should publish, and whether it does",
                   cli::Audience::admin);
    Options options;
    add_options(tool, options);
    return tool.run(argc, argv, [&] { return run(options); });
}
