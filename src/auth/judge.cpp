#include "auth/judge.hpp"

#include "auth/dkim_signature.hpp"
#include "auth/dmarc_walk.hpp"
#include "auth/verdict.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::auth
{
namespace
{

std::string domain_of(const std::string& address)
{
    const std::size_t at = address.rfind('@');
    return lower(at == std::string::npos ? address : address.substr(at + 1));
}

/// Only names under the same top-level domain can have the same organization.
bool may_be_related(std::string_view a, std::string_view b)
{
    return a.substr(a.rfind('.') + 1) == b.substr(b.rfind('.') + 1);
}

/// d= of the signatures that will be looked at.
std::vector<std::string> signing_domains(std::string_view header, std::int64_t now)
{
    std::vector<std::string> domains;
    for (const HeaderField& field : header_fields(header)) {
        if (!field.is("DKIM-Signature")) continue;
        const auto signature = dkim::parse_signature(field, dkim::SignatureKind::dkim, now);
        domains.push_back(lower(signature.domain));
        if (domains.size() == dkim::max_signatures) break;
    }
    return domains;
}

} // namespace

std::string_view action_name(Action action)
{
    static constexpr std::string_view names[] = {"accept", "quarantine", "reject", "defer"};
    return names[static_cast<std::size_t>(action)];
}

Judge::Judge(std::string_view header, Envelope envelope, const Settings& settings,
             dns::Resolver& resolver, std::int64_t now)
    : header_(header), envelope_(std::move(envelope)), settings_(settings), resolver_(resolver),
      now_(now), author_(author_of(header)), signatures_(header, now), chain_(header, now)
{
    if (author_.domains.size() > max_author_domains) author_.domains.resize(max_author_domains + 1);
    prefetch();
}

void Judge::prefetch()
{
    if (envelope_.client) spf::prefetch(spf_request(), resolver_);
    signatures_.prefetch_keys(resolver_);
    chain_.prefetch_keys(resolver_);
    for (const std::string& author : author_.domains)
        dmarc::prefetch(author, resolver_);
    // Whether another domain is aligned is another tree walk; if it could be, walk it now.
    std::vector<std::string> others = signing_domains(header_, now_);
    if (envelope_.client) others.push_back(domain_of(envelope_.sender));
    for (const std::string& other : others) {
        const auto related = [&](const std::string& author) {
            return author != other && may_be_related(author, other);
        };
        if (std::any_of(author_.domains.begin(), author_.domains.end(), related))
            dmarc::prefetch_walk(other, resolver_);
    }
}

void Judge::body(std::string_view chunk)
{
    signatures_.body(chunk);
    chain_.body(chunk);
}

spf::Request Judge::spf_request() const
{
    return {.client = *envelope_.client,
            .helo = envelope_.helo,
            .sender = envelope_.sender,
            .receiver = settings_.authserv_id};
}

void Judge::judge_spf(Judgement& judgement)
{
    if (!envelope_.client) return;
    if (!envelope_.helo.empty()) judgement.helo = spf::check_helo(spf_request(), resolver_);
    if (!has_null_sender() || !envelope_.helo.empty())
        judgement.mail_from = spf::check_host(spf_request(), resolver_);
}

/// Temporary trouble counts only where it could have changed the verdict: else a sender who wants
/// to get round a policy would add a signature whose key nobody can look up.
dmarc::Result Judge::judge_author(const std::string& domain, const Judgement& judgement)
{
    dmarc::Request certain{.author_domain = domain, .spf_domain = {}, .dkim_domains = {}};
    dmarc::Request possible = certain;
    if (judgement.mail_from) {
        const spf::Verdict verdict = judgement.mail_from->verdict;
        if (verdict == spf::Verdict::pass) certain.spf_domain = judgement.mail_from->domain;
        if (verdict == spf::Verdict::pass || verdict == spf::Verdict::temperror)
            possible.spf_domain = judgement.mail_from->domain;
    }
    for (const dkim::Result& signature : judgement.signatures) {
        const dkim::Verdict verdict = signature.verdict;
        if (verdict == dkim::Verdict::pass) certain.dkim_domains.push_back(signature.domain);
        if (verdict == dkim::Verdict::pass || verdict == dkim::Verdict::temperror)
            possible.dkim_domains.push_back(signature.domain);
    }
    dmarc::Result result = dmarc::evaluate(certain, resolver_);
    if (result.verdict != dmarc::Verdict::fail) return result;
    const dmarc::Verdict best = dmarc::evaluate(possible, resolver_).verdict;
    if (best == dmarc::Verdict::fail) return result;
    certain.input_was_temporary = true;
    return dmarc::evaluate(certain, resolver_);
}

void Judge::judge_dmarc(Judgement& judgement)
{
    for (const std::string& domain : author_.domains) {
        if (judgement.authors.size() == max_author_domains) break;
        AuthorResult author;
        author.domain = domain;
        author.dmarc = judge_author(domain, judgement);
        if (author.dmarc.verdict == dmarc::Verdict::fail)
            author.override_sealer =
                sealer_that_saw_pass(judgement.chain, domain, settings_.trusted_sealers);
        judgement.authors.push_back(std::move(author));
    }
}

Judgement Judge::finish()
{
    Judgement judgement;
    judgement.author = author_;
    judge_spf(judgement);
    judgement.signatures = signatures_.finish(resolver_);
    judgement.chain = chain_.finish(resolver_);
    judge_dmarc(judgement);
    decide(judgement, envelope_, settings_);
    judgement.results = results_of(judgement, envelope_, settings_);
    return judgement;
}

} // namespace mn::auth
