#include "auth/verdict.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn::auth
{
namespace
{

constexpr std::size_t max_quoted = 200; ///< of what strangers put into an answer of ours

std::string shown(std::string_view text)
{
    return printable(text.substr(0, max_quoted));
}

bool is_enforced(const AuthorResult& author, dmarc::Policy policy)
{
    return author.dmarc.verdict == dmarc::Verdict::fail && author.dmarc.policy == policy &&
           author.override_sealer.empty();
}

const AuthorResult* first_enforced(const Judgement& judgement, dmarc::Policy policy)
{
    const auto found =
        std::find_if(judgement.authors.begin(), judgement.authors.end(),
                     [&](const AuthorResult& author) { return is_enforced(author, policy); });
    return found == judgement.authors.end() ? nullptr : &*found;
}

const AuthorResult* first_with(const Judgement& judgement, dmarc::Verdict verdict)
{
    const auto found =
        std::find_if(judgement.authors.begin(), judgement.authors.end(),
                     [&](const AuthorResult& author) { return author.dmarc.verdict == verdict; });
    return found == judgement.authors.end() ? nullptr : &*found;
}

/// Every author domain, and there is one, has proof.
bool has_dmarc_pass(const Judgement& judgement)
{
    return !judgement.authors.empty() &&
           std::all_of(judgement.authors.begin(), judgement.authors.end(),
                       [](const AuthorResult& author) {
                           return author.dmarc.verdict == dmarc::Verdict::pass;
                       });
}

void set(Judgement& judgement, Action action, std::string text, std::string reason)
{
    judgement.action = action;
    judgement.text = std::move(text);
    judgement.reason = std::move(reason);
}

/// The answer to a client that the domain does not know. [RFC7372 3.2] [RFC7208 8.4]
std::string spf_refusal(const spf::Result& result, const Envelope& envelope)
{
    std::string text = cat("5.7.23 ", shown(result.domain), " does not allow ",
                           envelope.client->text(), " to send its mail (SPF)");
    if (!result.explanation.empty())
        text.append(cat("; ", shown(result.domain), " explains: ", shown(result.explanation)));
    return text;
}

bool decide_reject(Judgement& judgement, const Envelope& envelope, const Settings& settings)
{
    if (settings.obeys_policy && judgement.author.domains.size() > max_author_domains) {
        set(judgement, Action::reject, "5.7.1 the From field names too many domains",
            "more author domains than anybody has: one may be hidden among them");
        return true;
    }
    if (const auto* author = first_enforced(judgement, dmarc::Policy::reject);
        author != nullptr && settings.obeys_policy) {
        const std::string domain = shown(author->domain);
        set(judgement, Action::reject,
            cat("5.7.1 the DMARC policy of ", domain,
                " does not allow this message: neither SPF nor DKIM shows that it comes from "
                "there"),
            cat("the policy of ", domain, " is reject: ", author->dmarc.reason));
        return true;
    }
    if (settings.rejects_spf_fail && judgement.mail_from &&
        judgement.mail_from->verdict == spf::Verdict::fail) {
        set(judgement, Action::reject, spf_refusal(*judgement.mail_from, envelope),
            cat("SPF fail is to be rejected: ", judgement.mail_from->reason));
        return true;
    }
    return false;
}

/// Only trouble without which the verdict could be another one.
bool decide_defer(Judgement& judgement, const Settings& settings)
{
    if (!settings.defers_temperror) return false;
    std::string domain;
    if (const auto* author = first_with(judgement, dmarc::Verdict::temperror))
        domain = author->domain;
    else if (judgement.mail_from && judgement.mail_from->verdict == spf::Verdict::temperror &&
             !has_dmarc_pass(judgement))
        domain = judgement.mail_from->domain;
    if (domain.empty()) return false;
    set(judgement, Action::defer,
        cat("4.7.0 DNS trouble while looking up ", shown(domain), ", please try again"),
        cat("temporary DNS trouble with ", shown(domain), ", and that is to be deferred"));
    return true;
}

std::string reason_to_accept(const Judgement& judgement, const Settings& settings)
{
    for (const AuthorResult& author : judgement.authors)
        if (!author.override_sealer.empty())
            return cat("the policy of ", shown(author.domain), " is not applied: trusted sealer ",
                       shown(author.override_sealer), " saw DMARC pass");
    if (has_dmarc_pass(judgement)) return judgement.authors.front().dmarc.reason;
    if (const auto* author = first_with(judgement, dmarc::Verdict::temperror))
        return cat("temporary trouble rejects nothing: ", author->dmarc.reason);
    if (const auto* author = first_with(judgement, dmarc::Verdict::fail)) {
        const bool is_mild = author->dmarc.policy == dmarc::Policy::none;
        return cat(author->dmarc.reason, is_mild ? ", but the policy is none"
                                         : settings.obeys_policy
                                             ? ""
                                             : ", but policies are only noted (no --policy)");
    }
    if (judgement.authors.empty()) return "no author domain, so there is no policy to obey";
    return judgement.authors.front().dmarc.reason;
}

} // namespace

std::string sealer_that_saw_pass(const arc::Result& chain, std::string_view author_domain,
                                 const std::vector<std::string>& trusted)
{
    if (chain.verdict != arc::Verdict::pass) return {};
    const std::size_t count = std::min(chain.sealers.size(), chain.results.size());
    for (std::size_t i = count; i-- > 0;) {
        std::string sealer = lower(chain.sealers[i]);
        if (std::find(trusted.begin(), trusted.end(), sealer) == trusted.end()) return {};
        const auto results = authres::parse(chain.results[i]);
        if (!results) continue;
        for (const authres::Method& method : results->methods)
            if (method.method == "dmarc" && method.result == "pass" &&
                equal_ignoring_case(method.property("header", "from"), author_domain))
                return sealer;
    }
    return {};
}

void decide(Judgement& judgement, const Envelope& envelope, const Settings& settings)
{
    if (decide_reject(judgement, envelope, settings)) return;
    if (decide_defer(judgement, settings)) return;
    const auto* author = first_enforced(judgement, dmarc::Policy::quarantine);
    if (author != nullptr && settings.obeys_policy)
        set(judgement, Action::quarantine, {},
            cat("the policy of ", shown(author->domain), " is quarantine: ", author->dmarc.reason));
    else
        set(judgement, Action::accept, {}, reason_to_accept(judgement, settings));
}

} // namespace mn::auth
