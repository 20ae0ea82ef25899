// mn-verify: does a message come from where it says? SPF, DKIM, ARC and DMARC.
//
// Contract: man/mn-verify.1    Behaviour: auth/judge.hpp, auth/verdict.hpp, auth/story.hpp
// Tests: tests/tools/mn-verify.bats

#include "auth/judge.hpp"
#include "auth/story.hpp"
#include "base/clock.hpp"
#include "base/confine.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/upstream.hpp"
#include "cli/common_options.hpp"
#include "cli/tool.hpp"
#include "config/domain_list.hpp"
#include "dns/network.hpp"
#include "message/header.hpp"
#include "mta/milter.hpp"
#include "mta/pass_through.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unistd.h>

namespace
{

using mn::cat;
using mn::Error;
using mn::UsageError;
using mn::auth::Action;
using mn::auth::Envelope;
using mn::auth::Judge;
using mn::auth::Judgement;
using mn::auth::Settings;

struct Options {
    std::string client;
    std::string helo;
    std::string sender;
    std::string authserv_id;
    std::string queue_id;
    std::string trusted_sealers;
    std::vector<std::string> command;
    mn::cli::DnsOptions dns;
    bool policy = false;
    bool reject_spf_fail = false;
    bool defer_temperror = false;
    bool explain = false;
    bool json = false;
    bool milter = false;
    bool from_pipe = false;
};

void check(const Options& options)
{
    const bool tells = options.explain || options.json;
    const int faces = !options.command.empty() + options.milter + tells;
    if (faces > 1)
        throw UsageError("only one of --milter, --explain or --json, and a command after --");
    const bool has_envelope =
        !options.client.empty() || !options.helo.empty() || !options.sender.empty();
    if (options.milter && has_envelope)
        throw UsageError("with --milter Postfix tells client, HELO and sender");
}

std::string host_name()
{
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

/// As Postfix writes it: "IPv6:" before an IPv6 address, "unknown" for none.
std::optional<mn::IpAddress> client_address(std::string_view text)
{
    if (text.empty() || text == "unknown") return std::nullopt;
    const auto address = mn::IpAddress::parse(text.starts_with("IPv6:") ? text.substr(5) : text);
    if (!address) throw UsageError(cat("not an IP address: ", mn::printable(text)));
    return address;
}

Settings settings_of(const Options& options)
{
    Settings settings;
    settings.authserv_id = options.authserv_id.empty() ? host_name() : options.authserv_id;
    settings.obeys_policy = options.policy;
    settings.rejects_spf_fail = options.reject_spf_fail;
    settings.defers_temperror = options.defer_temperror;
    if (!options.trusted_sealers.empty()) {
        auto list = mn::config::read_domain_list(options.trusted_sealers);
        for (const auto& problem : list.problems)
            mn::log::warning(mn::config::describe(problem));
        settings.trusted_sealers = std::move(list.domains);
    }
    return settings;
}

mn::dns::NetworkOptions network_options(const Options& options)
{
    const std::chrono::milliseconds budget = options.dns.budget();
    // Three attempts, each waiting twice as long as the one before, fill the budget.
    return {.servers = options.dns.nameservers, .budget = budget, .query_timeout = budget / 7};
}

/// From here on only the DNS, the log, and what is open already.
void confine()
{
    mn::confine_to({}, mn::Network::client);
    mn::forbid_system_calls(mn::Network::client);
}

/// One line for the postmaster.
void log_judgement(const Judgement& judgement)
{
    std::string line(mn::auth::action_name(judgement.action));
    line.append(":");
    for (const auto& method : judgement.results.methods) {
        line.append(cat(" ", method.method, "=", method.result));
        for (const auto& property : method.properties) {
            const bool tells_domain = property.property == "d" || property.property == "from" ||
                                      property.property == "mailfrom" ||
                                      property.property == "helo";
            if (tells_domain) line.append(cat(" ", property.property, "=", property.value));
        }
    }
    mn::log::info(cat(mn::printable(line), "; ", judgement.reason));
}

void throw_refusal(const Judgement& judgement)
{
    if (judgement.action != Action::reject && judgement.action != Action::defer) return;
    const std::size_t space = judgement.text.find(' ');
    throw Error(judgement.text.substr(0, space), judgement.text.substr(space + 1),
                judgement.reason);
}

std::string results_field(const Judgement& judgement, std::string_view line_end)
{
    return mn::make_field(mn::authres::field_name, mn::authres::write(judgement.results), line_end);
}

void tell(const Options& options, const Judgement& judgement, const Envelope& envelope,
          const mn::dns::Resolver& resolver)
{
    const auto lookups = resolver.lookups();
    if (options.explain) mn::cli::print(mn::auth::story(judgement, envelope, lookups));
    if (!options.json) return;
    for (const std::string& line : mn::auth::story_json(judgement, envelope, lookups))
        mn::cli::print(cat(line, "\n"));
}

/// The message on standard input: filter, chain, or told of.
int verify_input(const Options& options, const mn::Upstream& upstream)
{
    const Settings settings = settings_of(options);
    const Envelope envelope{client_address(options.client), options.helo, options.sender};
    mn::dns::NetworkResolver resolver(network_options(options));
    if (options.command.empty()) confine();
    mn::mta::PassThrough message(STDIN_FILENO);
    Judge judge(message.header(), envelope, settings, resolver, mn::now().seconds);
    message.read_body([&](std::string_view bytes) { judge.body(bytes); });
    if (options.from_pipe) upstream.require_alive();
    const Judgement judgement = judge.finish();
    if (options.explain || options.json) {
        tell(options, judgement, envelope, resolver);
        mn::cli::flush();
        return 0;
    }
    log_judgement(judgement);
    throw_refusal(judgement);
    const std::string header = cat(results_field(judgement, mn::line_end_of(message.header())),
                                   mn::authres::remove(message.header(), settings.authserv_id));
    if (!options.command.empty()) message.exec(header, options.command);
    message.write(header, STDOUT_FILENO);
    return 0;
}

/// Judges what Postfix hands over, one message after the other.
class Milter : public mn::mta::MilterFilter
{
public:
    Milter(const Options& options)
        : options_(options), settings_(settings_of(options)), resolver_(network_options(options))
    {
    }

    void header(const mn::mta::MilterEnvelope& envelope, std::string header) override
    {
        judge_.reset();
        resolver_.reset();
        mn::log::identify("mn-verify", envelope.queue_id);
        if (options_.authserv_id.empty() && !envelope.host.empty())
            settings_.authserv_id = envelope.host;
        header_ = std::move(header);
        // Our own users are the signer's business, and no policy of their domain is against them.
        if (!envelope.login.empty()) return;
        judge_.emplace(
            header_,
            Envelope{client_address(envelope.client_address), envelope.helo, envelope.sender},
            settings_, resolver_, mn::now().seconds);
    }

    void body(std::string_view chunk) override
    {
        if (judge_) judge_->body(chunk);
    }

    mn::mta::MilterReply end() override
    {
        mn::mta::MilterReply reply;
        reply.remove(std::string(mn::authres::field_name),
                     mn::authres::forged(header_, settings_.authserv_id));
        if (!judge_) return reply;
        const Judgement judgement = judge_->finish();
        log_judgement(judgement);
        reply.text = judgement.text;
        if (judgement.action == Action::reject)
            reply.action = mn::mta::MilterReply::Action::reject;
        else if (judgement.action == Action::defer)
            reply.action = mn::mta::MilterReply::Action::try_later;
        else
            reply.insertions.push_back(results_field(judgement, "\n"));
        return reply;
    }

    void forget() override { judge_.reset(); }

private:
    const Options& options_;
    Settings settings_;
    mn::dns::NetworkResolver resolver_;
    std::string header_;
    std::optional<Judge> judge_;
};

int verify(const Options& options, const mn::Upstream& upstream)
{
    mn::log::identify("mn-verify", options.queue_id);
    check(options);
    if (!options.milter) return verify_input(options, upstream);
    Milter milter(options);
    confine();
    mn::mta::MilterLimits limits;
    limits.work += options.dns.budget();
    mn::mta::run_milter(milter, STDIN_FILENO, STDOUT_FILENO, limits);
    return 0;
}

void add_options(mn::cli::Tool& tool, Options& options)
{
    tool.option("--client", options.client, "ADDRESS", "IP address of the SMTP client");
    tool.option("--helo", options.helo, "NAME", "what the client called itself");
    tool.option("--sender", options.sender, "ADDRESS", "envelope sender; empty for a bounce");
    tool.option("--authserv-id", options.authserv_id, "NAME",
                "who speaks in Authentication-Results; default: the host's name");
    tool.option("--queue-id", options.queue_id, "ID", "for the log");
    mn::cli::add_dns_options(tool, options.dns, 300);
    tool.flag("--policy", options.policy, "do what the author's domain wants done (DMARC)");
    tool.option("--trusted-sealers", options.trusted_sealers, "FILE",
                "domains whose ARC seal overrides that policy");
    tool.flag("--reject-spf-fail", options.reject_spf_fail, "refuse mail when SPF says fail");
    tool.flag("--defer-temperror", options.defer_temperror,
              "try again later when the DNS does not answer");
    tool.flag("--explain", options.explain, "tell what was looked up and why the verdict is so");
    tool.flag("--json", options.json, "the same for programs, as JSON lines");
    tool.flag("--milter", options.milter, "speak Postfix's milter protocol, under spawn(8)");
    mn::cli::add_from_pipe(tool, options.from_pipe);
    tool.arguments("COMMAND", options.command, "after --: gets the message as its input");
}

} // namespace

int main(int argc, char** argv)
{
    mn::cli::Tool tool("mn-verify", "does a message come from where it says?",
                       mn::cli::Audience::mail_path);
    const mn::Upstream upstream;
    Options options;
    add_options(tool, options);
    mn::mta::silence_milter(argc, argv);
    return tool.run(argc, argv, [&] { return verify(options, upstream); });
}
