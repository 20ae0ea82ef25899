#include "publish/plan.hpp"

#include "auth/dkim_record.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mn::publish
{
namespace
{

std::vector<std::string> report_addresses(std::string_view domain, const Wishes& wishes)
{
    if (!wishes.report_to.empty()) return wishes.report_to;
    return {cat("postmaster@", domain)};
}

std::string report_uris(std::string_view domain, const Wishes& wishes)
{
    std::string uris;
    for (const std::string& address : report_addresses(domain, wishes))
        uris.append(uris.empty() ? "" : ",").append("mailto:").append(address);
    return uris;
}

/// Collects records, and knows which of them belong into none of the zones.
class Plan
{
public:
    Plan(const Node& node, std::span<const std::string> domains, const Wishes& wishes)
        : node_(node), domains_(domains), wishes_(wishes)
    {
    }

    void add_host();
    void add_mail(const std::string& domain);
    void add_dmarc(const std::string& domain);
    void add_keys(const std::string& domain, std::span<const keys::StoredKey> keys);
    void add_optional(const std::string& domain);
    void add_services(const std::string& domain);

    std::vector<Record> records;

private:
    void add(Record record)
    {
        record.is_advice = record.is_advice || !is_ours(record.name);
        records.push_back(std::move(record));
    }
    bool is_ours(std::string_view name) const
    {
        return std::any_of(domains_.begin(), domains_.end(),
                           [&](const std::string& domain) { return is_within(name, domain); });
    }
    void add_addresses();
    void add_reverse_names();
    void add_service(const std::string& domain, std::string_view service, std::uint16_t port,
                     std::string_view why);

    const Node& node_;
    std::span<const std::string> domains_;
    const Wishes& wishes_;
};

void Plan::add_addresses()
{
    for (const IpAddress& address : node_.addresses)
        add({.domain = {},
             .name = node_.host,
             .type = address.is_v4() ? "A" : "AAAA",
             .data = address.text(),
             .why = "Where the mail host is: what MX, SPF and the clients' "
                    "settings lead to."});
    if (node_.addresses.empty())
        add({.domain = {},
             .name = node_.host,
             .type = "A",
             .data = {},
             .why = cat(node_.host, " needs an A record with its public IPv4 address, and an AAAA "
                                    "record if it sends by IPv6; --address prints them."),
             .is_advice = true});
}

void Plan::add_reverse_names()
{
    for (const IpAddress& address : node_.addresses)
        add({.domain = {},
             .name = address.reverse_name(),
             .type = "PTR",
             .data = cat(node_.host, "."),
             .why = cat("For whoever gave you the address ", address.text(),
                        ": the name that leads back to it. Many servers refuse "
                        "mail without it."),
             .is_advice = true});
}

void Plan::add_host()
{
    add_addresses();
    add_reverse_names();
    // A host that is one of the domains has that one's record, and a name has one
    // only.
    if (std::find(domains_.begin(), domains_.end(), node_.host) == domains_.end())
        add({.domain = {},
             .name = node_.host,
             .type = "TXT",
             .data = helo_spf_text(),
             .why = "SPF of the host itself: bounces have no sender, so its name "
                    "is checked."});
}

void Plan::add_mail(const std::string& domain)
{
    add({.domain = domain,
         .name = domain,
         .type = "MX",
         .data = cat("10 ", node_.host, "."),
         .why = cat("Mail for ", domain, " goes to this host.")});
    add({.domain = domain,
         .name = domain,
         .type = "TXT",
         .data = spf_text(),
         .why = "SPF: only the hosts above send mail of this domain. Whoever "
                "else does so for you, "
                "a newsletter service say, must be added before \"-all\"."});
}

void Plan::add_keys(const std::string& domain, std::span<const keys::StoredKey> keys)
{
    for (const keys::StoredKey& key : keys) {
        if (key.file.domain != domain) continue;
        const bool signs = key.file.state == config::KeyState::active;
        add({.domain = domain,
             .name = key.name(),
             .type = "TXT",
             .data = dkim::key_record(key.key),
             .why = signs ? "DKIM: the public half of a key that signs our mail."
                          : cat("DKIM: a key that is ", config::state_name(key.file.state),
                                "; needed while keys are replaced.")});
    }
}

void Plan::add_dmarc(const std::string& domain)
{
    add({.domain = domain,
         .name = cat("_dmarc.", domain),
         .type = "TXT",
         .data = dmarc_text(domain, wishes_),
         .why = wishes_.policy == dmarc::Policy::none
                    ? "DMARC: mail in our name must pass SPF or DKIM. p=none "
                      "only asks for reports; "
                      "when they show nothing but pass, go on to quarantine and "
                      "reject."
                    : "DMARC: what to do with mail in our name that passes "
                      "neither SPF nor DKIM."});
    for (const std::string& address : report_addresses(domain, wishes_)) {
        const std::string target = address.substr(address.rfind('@') + 1);
        if (is_within(target, domain) || is_within(domain, target)) continue;
        // Without its consent nobody sends reports about one domain to another.
        // [RFC7489 7.1]
        add({.domain = domain,
             .name = cat(domain, "._report._dmarc.", target),
             .type = "TXT",
             .data = "v=DMARC1",
             .why = cat(target, " agrees to get the reports about ", domain, ".")});
    }
}

void Plan::add_optional(const std::string& domain)
{
    add({.domain = domain,
         .name = cat("_smtp._tls.", domain),
         .type = "TXT",
         .data = tls_report_text(domain, wishes_),
         .why = "TLSRPT: others tell when they could not send to us encrypted."});
    add({.domain = domain,
         .name = cat("_mta-sts.", domain),
         .type = "TXT",
         .data = "v=STSv1; id=1",
         .why = cat("MTA-STS, a hint: publish this only once https://mta-sts.", domain,
                    "/.well-known/mta-sts.txt serves a policy that names mx: ", node_.host,
                    "; a new id for each new policy. Then others send to us "
                    "encrypted or not at "
                    "all."),
         .is_advice = true});
}

/// [RFC6186 3.4] [RFC8314 5.1]
void Plan::add_service(const std::string& domain, std::string_view service, std::uint16_t port,
                       std::string_view why)
{
    add({.domain = domain,
         .name = cat(service, "._tcp.", domain),
         .type = "SRV",
         .data = cat("0 1 ", std::to_string(port), " ", node_.host, "."),
         .why = std::string(why)});
}

void Plan::add_services(const std::string& domain)
{
    add_service(domain, "_imaps", node_.imaps_port,
                "Mail programs find here where to read mail: IMAP with TLS.");
    add_service(domain, "_submissions", node_.smtps_port,
                "Mail programs find here where to send mail: SMTP with TLS and a login.");
}

} // namespace

bool is_within(std::string_view name, std::string_view domain)
{
    if (!name.ends_with(domain)) return false;
    name.remove_suffix(domain.size());
    return name.empty() || name.ends_with('.');
}

std::string spf_text()
{
    return "v=spf1 mx -all";
}

std::string helo_spf_text()
{
    return "v=spf1 a -all";
}

std::string dmarc_text(std::string_view domain, const Wishes& wishes)
{
    return cat("v=DMARC1; p=", dmarc::policy_name(wishes.policy),
               "; rua=", report_uris(domain, wishes));
}

std::string tls_report_text(std::string_view domain, const Wishes& wishes)
{
    return cat("v=TLSRPTv1; rua=", report_uris(domain, wishes)); // [RFC8460 3]
}

std::vector<Record> plan(const Node& node, std::span<const std::string> domains,
                         const Wishes& wishes, std::span<const keys::StoredKey> keys)
{
    Plan plan(node, domains, wishes);
    plan.add_host();
    for (const std::string& domain : domains) {
        plan.add_mail(domain);
        plan.add_keys(domain, keys);
        plan.add_dmarc(domain);
        plan.add_optional(domain);
        plan.add_services(domain);
    }
    return std::move(plan.records);
}

} // namespace mn::publish
