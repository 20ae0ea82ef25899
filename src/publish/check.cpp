#include "publish/check.hpp"

#include "auth/dkim_record.hpp"
#include "auth/dmarc.hpp"
#include "base/text.hpp"
#include "keys/key_check.hpp"
#include "publish/dmarc_check.hpp"
#include "publish/host_check.hpp"
#include "publish/policy_check.hpp"
#include "publish/spf_check.hpp"

#include <algorithm>
#include <array>

namespace mn::publish
{
namespace
{

/// Everything whose name is known before the first answer, all at once.
void prefetch(const Settings& settings, dns::Resolver& resolver)
{
    prefetch_host(settings.node.host, resolver);
    for (const std::string& domain : settings.domains) {
        for (const dns::Type type : {dns::Type::mx, dns::Type::cname, dns::Type::txt})
            resolver.prefetch(domain, type);
        for (const std::string_view label : {"_smtp._tls.", "_mta-sts."})
            resolver.prefetch(cat(label, domain), dns::Type::txt);
        for (const std::string_view label : {"_imaps._tcp.", "_submissions._tcp."})
            resolver.prefetch(cat(label, domain), dns::Type::srv);
        dmarc::prefetch(domain, resolver);
    }
}

/// The checks of one domain.
class DomainCheck
{
public:
    DomainCheck(const Settings& settings, const std::string& domain,
                const std::vector<IpAddress>& addresses, dns::Resolver& resolver,
                std::vector<Finding>& findings)
        : settings_(settings), node_(settings.node), domain_(domain), addresses_(addresses),
          resolver_(resolver), findings_(findings)
    {
    }

    void run();

private:
    void check_exchangers();
    void judge_exchanger(const std::string& host);
    Passes check_keys();
    void tell_key_problem(const keys::Examined& examined, const config::Problem& problem);
    void check_service(std::string_view label, std::uint16_t port);
    void judge_service(const dns::Service& service, std::uint16_t port);

    void begin(std::string subject, std::string wanted)
    {
        subject_ = std::move(subject);
        wanted_ = std::move(wanted);
        published_.clear();
        is_ok_ = true;
    }
    void add(Grade grade, std::string_view fault, std::string text, std::string remedy)
    {
        findings_.push_back({grade, std::string(fault), subject_, std::move(text), published_,
                             wanted_, std::move(remedy)});
        is_ok_ = false;
    }
    void no_answer(std::string_view check, const dns::Answer& answer)
    {
        findings_.push_back(publish::no_answer(check, subject_, answer));
        is_ok_ = false;
    }
    void ok(std::string_view check, std::string text)
    {
        if (is_ok_) add(Grade::ok, check, std::move(text), {});
    }

    const Settings& settings_;
    const Node& node_;
    const std::string& domain_;
    const std::vector<IpAddress>& addresses_;
    dns::Resolver& resolver_;
    std::vector<Finding>& findings_;
    std::string subject_;
    std::string wanted_;
    std::vector<std::string> published_;
    bool is_ok_ = true;
};

// ---- MX
// -----------------------------------------------------------------------------------------

/// A host that the MX records name, other than ours.
void DomainCheck::judge_exchanger(const std::string& host)
{
    if (host.empty()) // [RFC7505 3]
        return add(Grade::failure, "mx-null", "it says that this domain takes no mail",
                   "replace the record \"0 .\"");
    if (IpAddress::parse(host))
        return add(Grade::failure, "mx-number", cat(host, " is an address, and must be a name"),
                   cat("name the host: 10 ", node_.host, "."));
    const Whereabouts found = look_up_host(host, resolver_);
    // [RFC2181 10.3]
    if (found.is_alias)
        add(Grade::failure, "mx-alias", cat(host, " is an alias (CNAME), which it must not be"),
            "name the host that the alias leads to");
    else if (found.trouble != nullptr)
        no_answer("mx", *found.trouble);
    else if (found.addresses.empty())
        add(Grade::failure, "mx-dead",
            cat(host, " has no address, so mail for it waits and comes back"),
            cat("take the record out, or give ", host, " an address"));
}

void DomainCheck::check_exchangers()
{
    begin(cat(domain_, " MX"), cat("10 ", node_.host, "."));
    const dns::Answer& answer = resolver_.query(domain_, dns::Type::mx);
    const dns::Answer& alias = resolver_.query(domain_, dns::Type::cname);
    published_ = answer.names;
    if (answer.status == dns::Status::temporary) return no_answer("mx", answer);
    if (alias.status == dns::Status::found) // [RFC1034 3.6.2]
        add(Grade::failure, "mx-domain-alias",
            cat(domain_, " is an alias (CNAME), so it can have no records of its own"),
            "publish what the alias leads to instead of it");
    if (answer.names.empty()) {
        add(Grade::failure, "mx-missing", "there is none, so mail for the domain goes astray",
            "publish the record");
        return;
    }
    const bool has_ours =
        std::find(answer.names.begin(), answer.names.end(), node_.host) != answer.names.end();
    for (const std::string& host : answer.names)
        if (host != node_.host) judge_exchanger(host);
    if (!has_ours && is_ok_)
        add(Grade::failure, "mx-elsewhere", "mail for the domain goes elsewhere, not to this host",
            "publish the record, or tell this host's name by --host");
    ok("mx", printable(node_.host));
}

// ---- DKIM
// ---------------------------------------------------------------------------------------

void DomainCheck::tell_key_problem(const keys::Examined& examined, const config::Problem& problem)
{
    const config::KeyFile& file = examined.key.file;
    const dkim::Publication found =
        dkim::look_up_key(file.selector, file.domain, examined.key.key, resolver_);
    published_ = found.records;
    const bool is_record = problem.what == found.text;
    const bool is_missing = found.state == dkim::Publication::State::missing;
    if (examined.report.is_unknown && is_record)
        findings_.push_back({Grade::unknown,
                             "dkim",
                             subject_,
                             cat("could not find out: ", problem.what),
                             {},
                             wanted_,
                             problem.remedy});
    else
        add(problem.severity == config::Severity::error ? Grade::failure : Grade::warning,
            !is_record   ? "dkim-key"
            : is_missing ? "dkim-missing"
                         : "dkim-wrong",
            problem.what, problem.remedy);
    is_ok_ = false;
}

/// Is there a key whose signatures receivers can verify?
Passes DomainCheck::check_keys()
{
    if (settings_.keys.empty()) return Passes::unknown;
    const std::array domains{domain_};
    const keys::Check check = keys::examine_all(settings_.keys, domains, resolver_, settings_.now);
    for (const config::Problem& problem : check.problems) {
        begin(cat(problem.file == domain_ ? cat(domain_, " DKIM") : problem.file), {});
        add(problem.severity == config::Severity::error ? Grade::failure : Grade::warning,
            "dkim-file", problem.what, problem.remedy);
    }
    Passes passes = check.is_unknown() ? Passes::unknown : Passes::no;
    for (const keys::Examined& examined : check.keys) {
        begin(cat(examined.key.name(), " DKIM"), dkim::key_record(examined.key.key));
        for (const config::Problem& problem : examined.report.problems)
            tell_key_problem(examined, problem);
        if (examined.report.is_waiting)
            ok("dkim", "prepared, not published yet");
        else
            ok("dkim", "is what is on the disk, and libopendkim accepts what the key signs");
        const bool signs = examined.key.file.state == config::KeyState::active;
        if (signs && !examined.report.is_unknown && !config::has_errors(examined.report.problems))
            passes = Passes::yes;
    }
    return passes;
}

// ---- SRV
// ----------------------------------------------------------------------------------------

void DomainCheck::judge_service(const dns::Service& service, std::uint16_t port)
{
    if (service.target.empty()) // [RFC6186 3.4]
        return add(Grade::failure, "srv-none",
                   "it tells mail programs that there is no such service", "publish the record");
    if (service.target != node_.host) {
        const Whereabouts found = look_up_host(service.target, resolver_);
        if (found.trouble != nullptr) return no_answer("srv", *found.trouble);
        if (found.is_alias) // [RFC2782]
            add(Grade::failure, "srv-alias", cat(service.target, " is an alias (CNAME)"),
                "name the host that the alias leads to");
        else if (found.addresses.empty())
            add(Grade::failure, "srv-dead", cat(service.target, " has no address"),
                cat("name ", node_.host));
        else
            add(Grade::warning, "srv-elsewhere", cat("it leads to ", service.target, ", not to us"),
                cat("name ", node_.host));
    } else if (service.port != port) {
        add(Grade::failure, "srv-port",
            cat("it leads to port ", std::to_string(service.port), ", and we listen on ",
                std::to_string(port)),
            "publish the right port");
    }
}

void DomainCheck::check_service(std::string_view label, std::uint16_t port)
{
    const std::string name = cat(label, "._tcp.", domain_);
    begin(cat(name, " SRV"), cat("0 1 ", std::to_string(port), " ", node_.host, "."));
    const dns::Answer& answer = resolver_.query(name, dns::Type::srv);
    if (answer.status == dns::Status::temporary) return no_answer("srv", answer);
    for (const dns::Service& service : answer.services)
        published_.push_back(cat(std::to_string(service.priority), " ",
                                 std::to_string(service.weight), " ", std::to_string(service.port),
                                 " ", service.target, "."));
    if (answer.services.empty())
        add(Grade::warning, "srv-missing",
            "there is none, so mail programs have to guess where our service is",
            "publish the record");
    for (const dns::Service& service : answer.services)
        judge_service(service, port);
    ok("srv", cat(node_.host, " port ", std::to_string(port)));
}

void DomainCheck::run()
{
    check_exchangers();
    const Passes spf = check_spf(
        {.name = domain_, .host = node_.host, .addresses = addresses_, .wanted = spf_text()},
        resolver_, findings_);
    const Passes dkim = check_keys();
    check_dmarc({.domain = domain_,
                 .spf = spf,
                 .dkim = dkim,
                 .wanted = dmarc_text(domain_, settings_.wishes)},
                resolver_, findings_);
    check_tls_report(domain_, tls_report_text(domain_, settings_.wishes), resolver_, findings_);
    check_mta_sts(domain_, resolver_, findings_);
    check_service("_imaps", node_.imaps_port);
    check_service("_submissions", node_.smtps_port);
}

} // namespace

Checked check(const Settings& settings, dns::Resolver& resolver)
{
    prefetch(settings, resolver);
    Checked checked;
    const std::string& host = settings.node.host;
    checked.addresses = check_host_names(settings.node, resolver, checked.findings);
    // A host that is one of the domains too has one record for both.
    if (std::find(settings.domains.begin(), settings.domains.end(), host) == settings.domains.end())
        check_spf({.name = host,
                   .host = host,
                   .addresses = checked.addresses,
                   .wanted = helo_spf_text(),
                   .is_helo = true},
                  resolver, checked.findings);
    for (const std::string& domain : settings.domains)
        DomainCheck(settings, domain, checked.addresses, resolver, checked.findings).run();
    return checked;
}

} // namespace mn::publish
