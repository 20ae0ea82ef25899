#include "auth/dmarc.hpp"

#include "auth/dmarc_walk.hpp"
#include "auth/result_word.hpp"
#include "base/text.hpp"
#include "message/idna.hpp"

#include <algorithm>

namespace mn::dmarc
{
namespace
{

/// A domain to ask the DNS about; empty when it is none.
std::string dns_name(std::string_view domain)
{
    if (domain.ends_with('.')) domain.remove_suffix(1);
    const auto name = ascii_domain(domain);
    const bool is_name = name && !name->empty() && name->front() != '.' && name->back() != '.' &&
                         name->find("..") == std::string::npos && !name->starts_with('[');
    return is_name ? *name : std::string();
}

bool is_within(std::string_view domain, std::string_view parent)
{
    return domain == parent || (domain.ends_with(parent) && domain.size() > parent.size() &&
                                domain[domain.size() - parent.size() - 1] == '.');
}

/// An authenticated domain that could stand for the author's. [RFC9989 3.2.1]
struct Identifier {
    std::string_view method;
    std::string domain;
    bool wants_strict;
};

class Evaluation
{
public:
    Evaluation(const Request& request, dns::Resolver& resolver)
        : request_(request), resolver_(resolver), author_(dns_name(request.author_domain))
    {
    }

    Result run();

private:
    const Finding* discover_policy();
    void apply_policy(const Finding& finding);
    void choose_policy(const Finding& finding);
    void check_alignment(const Record& record);
    std::vector<Identifier> identifiers(const Record& record) const;
    bool is_aligned(const Identifier& identifier);
    void decide(Verdict verdict, std::string reason);

    const Request& request_;
    dns::Resolver& resolver_;
    std::string author_;
    Walk walk_;
    Result result_;
    bool is_uncertain_ = false; ///< an answer is missing that could have changed the verdict
};

void Evaluation::decide(Verdict verdict, std::string reason)
{
    result_.verdict = verdict;
    result_.reason = std::move(reason);
}

Result Evaluation::run()
{
    if (author_.empty()) {
        decide(Verdict::none, "the author's domain is not a domain name");
        return std::move(result_);
    }
    prefetch(author_, resolver_);
    walk_ = walk_up(author_, resolver_, result_.trace);
    result_.organizational_domain = walk_.organizational_domain();
    const Finding* finding = discover_policy();
    if (finding == nullptr && walk_.was_interrupted)
        decide(Verdict::temperror, "the DMARC record could not be looked up");
    else if (finding == nullptr)
        decide(Verdict::none, "no DMARC record");
    else
        apply_policy(*finding);
    return std::move(result_);
}

/// The author's own record, else that of its organization, else that of the public suffix above.
/// [RFC9989 4.10.1]
const Finding* Evaluation::discover_policy()
{
    if (const Finding* own = walk_.at(author_)) return own;
    // One closer by may be behind a question that had no answer.
    if (walk_.was_interrupted) return nullptr;
    if (const Finding* organization = walk_.at(result_.organizational_domain)) return organization;
    const bool has_suffix =
        !walk_.findings.empty() && walk_.findings.back().record.public_suffix == PublicSuffix::yes;
    return has_suffix ? &walk_.findings.back() : nullptr;
}

void Evaluation::apply_policy(const Finding& finding)
{
    result_.record_domain = finding.domain;
    result_.record = finding.text;
    if (finding.record.is_unusable) {
        decide(Verdict::none, "the DMARC record has no valid policy");
        return;
    }
    choose_policy(finding);
    check_alignment(finding.record);
}

/// p= at its own domain; below it sp=, or np= if the author's domain does not even exist.
/// [RFC9989 4.10.1]
void Evaluation::choose_policy(const Finding& finding)
{
    const Record& record = finding.record;
    result_.policy = record.policy;
    if (finding.domain != author_) {
        result_.policy = record.subdomains;
        if (record.missing_subdomains != record.subdomains) {
            const auto status = resolver_.query(author_, dns::Type::a).status;
            if (status == dns::Status::no_such_name) {
                result_.policy = record.missing_subdomains;
                result_.trace.push_back(cat(author_, " does not exist: np= applies"));
            }
            is_uncertain_ = status == dns::Status::temporary;
        }
    }
    result_.is_testing = record.is_testing;
    if (record.is_testing) result_.policy = weakened(result_.policy);
}

std::vector<Identifier> Evaluation::identifiers(const Record& record) const
{
    std::vector<Identifier> found;
    for (const std::string& domain : request_.dkim_domains)
        found.push_back({"dkim", dns_name(domain), record.wants_strict_dkim});
    found.push_back({"spf", dns_name(request_.spf_domain), record.wants_strict_spf});
    std::erase_if(found, [](const Identifier& identifier) { return identifier.domain.empty(); });
    return found;
}

void Evaluation::check_alignment(const Record& record)
{
    std::vector<Identifier> candidates = identifiers(record);
    const auto pass = [&](const Identifier& identifier) {
        result_.aligned_by = cat(identifier.method, " ", identifier.domain);
        decide(Verdict::pass, cat(result_.aligned_by, " is aligned"));
    };
    for (const Identifier& identifier : candidates)
        if (identifier.domain == author_) return pass(identifier);
    // No other domain can have the same organization; that spares questions.
    std::erase_if(candidates, [&](const Identifier& identifier) {
        return identifier.wants_strict ||
               (!walk_.was_interrupted &&
                !is_within(identifier.domain, result_.organizational_domain));
    });
    for (const Identifier& identifier : candidates)
        prefetch_walk(identifier.domain, resolver_);
    for (const Identifier& identifier : candidates)
        if (is_aligned(identifier)) return pass(identifier);
    if (is_uncertain_ || request_.input_was_temporary)
        decide(Verdict::temperror, "an answer is missing that could have made it a pass");
    else
        decide(Verdict::fail, "no SPF or DKIM pass for the author's domain");
}

/// Relaxed: the same organizational domain. [RFC9989 4.10.2]
bool Evaluation::is_aligned(const Identifier& identifier)
{
    const Walk walk = walk_up(identifier.domain, resolver_, result_.trace);
    if (walk_.was_interrupted || walk.was_interrupted) {
        is_uncertain_ = true;
        return false;
    }
    const std::string organization = walk.organizational_domain();
    result_.trace.push_back(cat(identifier.method, " ", identifier.domain, ": organization ",
                                organization, ", the author's is ", result_.organizational_domain));
    return organization == result_.organizational_domain;
}

} // namespace

std::string_view verdict_name(Verdict verdict)
{
    return auth::result_word(verdict);
}

std::string_view policy_name(Policy policy)
{
    switch (policy) {
    case Policy::none:
        return "none";
    case Policy::quarantine:
        return "quarantine";
    case Policy::reject:
        return "reject";
    }
    return "none";
}

Result evaluate(const Request& request, dns::Resolver& resolver)
{
    return Evaluation(request, resolver).run();
}

void prefetch(std::string_view author_domain, dns::Resolver& resolver)
{
    const std::string domain = dns_name(author_domain);
    if (domain.empty()) return;
    prefetch_walk(domain, resolver);
    resolver.prefetch(domain, dns::Type::a);
}

} // namespace mn::dmarc
