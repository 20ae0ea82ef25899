#include "auth/spf.hpp"

#include "auth/result_word.hpp"
#include "auth/spf_evaluation.hpp"
#include "base/text.hpp"

namespace mn::spf
{
namespace
{

constexpr std::size_t max_trace = 100;
constexpr std::size_t max_explanation = 500;

Verdict verdict_of(char qualifier)
{
    switch (qualifier) {
    case '-':
        return Verdict::fail;
    case '~':
        return Verdict::softfail;
    case '?':
        return Verdict::neutral;
    default:
        return Verdict::pass;
    }
}

std::string_view word_for(Match::Kind kind)
{
    switch (kind) {
    case Match::Kind::yes:
        return "match";
    case Match::Kind::temperror:
        return "temporary error";
    case Match::Kind::permerror:
        return "permanent error";
    default:
        return "no match";
    }
}

} // namespace

/// All of a record but its redirect. [RFC7208 4.6.2]
Evaluation::Outcome Evaluation::check_record(const Record& record, const std::string& domain)
{
    for (const Mechanism& mechanism : record.mechanisms) {
        const Match result = match(mechanism, domain);
        const std::string text = printable(mechanism.text);
        note(cat(domain, ": ", text, ": ", word_for(result.kind)));
        switch (result.kind) {
        case Match::Kind::no:
            continue;
        case Match::Kind::temperror:
            return {Verdict::temperror, result.reason, domain, {}, false};
        case Match::Kind::permerror:
            return {Verdict::permerror, result.reason, domain, {}, false};
        case Match::Kind::yes:
            Outcome outcome{verdict_of(mechanism.qualifier),
                            cat("matched ", text, " of ", domain),
                            domain,
                            {},
                            false};
            outcome.explanation = record.explanation.value_or("");
            outcome.is_matched = true;
            return outcome;
        }
    }
    // [RFC7208 4.7]
    return {Verdict::neutral, cat("nothing matched in the record of ", domain), domain, {}, false};
}

/// check_host() [RFC7208 4], redirects followed. Goes deeper only by an include, each of which is
/// one of the ten lookups.
Evaluation::Outcome Evaluation::check(std::string domain)
{
    for (bool is_redirected = false;; is_redirected = true) {
        // [RFC7208 6.1]: a redirect must lead to a record
        const Verdict nothing = is_redirected ? Verdict::permerror : Verdict::none;
        const std::string shown = printable(domain);
        if (!is_checkable(domain))
            return {nothing, cat("not a domain name: ", shown), domain, {}, false};
        const dns::Answer& answer = resolver_.query(domain, dns::Type::txt);
        if (answer.status == dns::Status::temporary)
            return {Verdict::temperror, trouble_of(domain, answer), domain, {}, false};
        const auto records = records_among(answer.texts);
        if (records.empty()) return {nothing, cat("no SPF record at ", shown), domain, {}, false};
        if (records.size() > 1) // [RFC7208 4.5]
            return {Verdict::permerror, cat("several SPF records at ", shown), domain, {}, false};
        const Record record = parse_record(records.front());
        if (!record.error.empty())
            return {Verdict::permerror,
                    cat("record of ", shown, ": ", record.error),
                    domain,
                    {},
                    false};
        note(cat(shown, ": ", printable(records.front().substr(0, max_explanation))));
        Outcome outcome = check_record(record, domain);
        if (outcome.verdict != Verdict::neutral || outcome.is_matched || !record.redirect)
            return outcome;
        if (++lookups_ > max_lookups)
            return {Verdict::permerror, "more than 10 DNS lookups", domain, {}, false};
        domain = target_name(*record.redirect, values(domain));
        note(cat(shown, ": redirect to ", printable(domain)));
    }
}

void Evaluation::note(std::string line)
{
    if (trace_.size() < max_trace) trace_.push_back(std::move(line));
}

/// [RFC7208 6.2]: whatever goes wrong, there is no explanation.
std::string Evaluation::explanation(const std::string& spec, const std::string& domain)
{
    const std::string name = target_name(spec, values(domain));
    const dns::Answer& answer = resolver_.query(name, dns::Type::txt);
    if (answer.status != dns::Status::found || answer.texts.size() != 1) return {};
    const std::string& text = answer.texts.front();
    if (flaw_of_explanation(text)) return {};
    const std::string expanded = expand(text, values(domain));
    return expanded.size() <= max_explanation ? printable(expanded) : std::string();
}

Result Evaluation::run()
{
    prefetch_identity(identity_, resolver_);
    Outcome outcome = check(identity_.domain);
    Result result;
    result.verdict = outcome.verdict;
    result.domain = identity_.domain;
    result.reason = std::move(outcome.reason);
    if (outcome.verdict == Verdict::fail && !outcome.explanation.empty())
        result.explanation = explanation(outcome.explanation, outcome.domain);
    result.trace = std::move(trace_);
    return result;
}

std::string_view verdict_name(Verdict verdict)
{
    return auth::result_word(verdict);
}

Result check_host(const Request& request, dns::Resolver& resolver)
{
    return Evaluation(mail_from_identity(request), resolver).run();
}

Result check_helo(const Request& request, dns::Resolver& resolver)
{
    return Evaluation(helo_identity(request), resolver).run();
}

} // namespace mn::spf
