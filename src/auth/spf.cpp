#include "auth/spf.hpp"

#include "auth/spf_terms.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace mn::spf
{
namespace
{

constexpr std::size_t max_trace = 100;
constexpr std::size_t max_explanation = 500;

/// What a mechanism says. [RFC7208 4.6.2]
struct Match {
    enum class Kind { no, yes, temperror, permerror };
    Kind kind = Kind::no;
    std::string reason; ///< of an error
};

Match match_if(bool matches)
{
    return {matches ? Match::Kind::yes : Match::Kind::no, {}};
}

Match temporary_trouble(std::string_view name, const dns::Answer& answer)
{
    return {Match::Kind::temperror, cat("DNS: ", printable(name), ": ", answer.problem)};
}

Match permanent_trouble(std::string reason)
{
    return {Match::Kind::permerror, std::move(reason)};
}

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

bool is_void(const dns::Answer& answer)
{
    return answer.status == dns::Status::no_such_name || answer.status == dns::Status::no_data;
}

/// One run of check_host(). What counts for the whole of it is kept here, so that no record can
/// begin anew. [RFC7208 4.6.4]
class Evaluation
{
public:
    Evaluation(Identity identity, dns::Resolver& resolver)
        : identity_(std::move(identity)), resolver_(resolver)
    {
    }

    Result run();

private:
    struct Outcome {
        Verdict verdict = Verdict::none;
        std::string reason;
        std::string domain;      ///< whose record decided
        std::string explanation; ///< the domain-spec of its exp=; empty: none
        bool is_matched = false; ///< by a mechanism, not for want of one
    };

    Outcome check(std::string domain);
    Outcome check_record(const Record& record, const std::string& domain);
    Match match(const Mechanism& mechanism, const std::string& domain);
    Match match_hosts(const Mechanism& mechanism, const std::string& name);
    Match match_exchangers(const Mechanism& mechanism, const std::string& name);
    Match match_client_names(const std::string& name);
    Match match_include(const std::string& name);
    Match match_existence(const std::string& name);
    std::optional<Match> count_void(const dns::Answer& answer);
    std::vector<std::string> client_names();
    bool is_validated(const std::string& name);
    std::string validated_name(std::string_view domain);
    MacroValues values(const std::string& domain);
    std::string explanation(const std::string& spec, const std::string& domain);
    void note(std::string line)
    {
        if (trace_.size() < max_trace) trace_.push_back(std::move(line));
    }

    Identity identity_;
    dns::Resolver& resolver_;
    unsigned lookups_ = 0;
    unsigned voids_ = 0;
    std::vector<std::string> trace_;
    std::optional<std::pair<std::string, std::string>> validated_; ///< domain, and its %{p}
};

MacroValues Evaluation::values(const std::string& domain)
{
    MacroValues values = identity_.values(domain);
    values.validated_name = [this, &domain] { return validated_name(domain); };
    return values;
}

std::optional<Match> Evaluation::count_void(const dns::Answer& answer)
{
    if (is_void(answer) && ++voids_ > max_void)
        return permanent_trouble("more than 2 lookups that find nothing"); // [RFC7208 4.6.4]
    return std::nullopt;
}

/// The names that the client claims. [RFC7208 4.6.4]: the first ten
std::vector<std::string> Evaluation::client_names()
{
    const dns::Answer& answer = resolver_.query(identity_.client.reverse_name(), dns::Type::ptr);
    std::vector<std::string> names = answer.names;
    if (names.size() > max_hosts) names.resize(max_hosts);
    return names;
}

bool Evaluation::is_validated(const std::string& name)
{
    const auto& addresses = resolver_.query(name, identity_.address_type()).addresses;
    return std::find(addresses.begin(), addresses.end(), identity_.client) != addresses.end();
}

/// [RFC7208 7.3]: the domain itself if it is validated, else one below it, else any.
std::string Evaluation::validated_name(std::string_view domain)
{
    if (validated_ && validated_->first == domain) return validated_->second;
    std::vector<std::string> names = client_names();
    for (const std::string& name : names)
        resolver_.prefetch(name, identity_.address_type());
    const auto rank = [&](const std::string& name) {
        return name == domain ? 0 : is_same_or_below(name, domain) ? 1 : 2;
    };
    std::stable_sort(names.begin(), names.end(),
                     [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const std::string& name) { return is_validated(name); });
    validated_.emplace(domain, found != names.end() ? *found : "unknown");
    return validated_->second;
}

/// [RFC7208 5.3]
Match Evaluation::match_hosts(const Mechanism& mechanism, const std::string& name)
{
    const dns::Answer& answer = resolver_.query(name, identity_.address_type());
    if (answer.status == dns::Status::temporary) return temporary_trouble(name, answer);
    if (auto trouble = count_void(answer)) return *trouble;
    return match_if(
        std::any_of(answer.addresses.begin(), answer.addresses.end(), [&](const IpAddress& host) {
            return mechanism.covers(host, identity_.client);
        }));
}

/// [RFC7208 5.4]
Match Evaluation::match_exchangers(const Mechanism& mechanism, const std::string& name)
{
    const dns::Answer& exchangers = resolver_.query(name, dns::Type::mx);
    if (exchangers.status == dns::Status::temporary) return temporary_trouble(name, exchangers);
    if (auto trouble = count_void(exchangers)) return *trouble;
    if (exchangers.names.size() > max_hosts)
        return permanent_trouble("more than 10 MX hosts"); // [RFC7208 4.6.4]
    for (const std::string& host : exchangers.names)
        resolver_.prefetch(host, identity_.address_type());
    for (const std::string& host : exchangers.names) {
        const dns::Answer& answer = resolver_.query(host, identity_.address_type());
        if (answer.status == dns::Status::temporary) return temporary_trouble(host, answer);
        for (const IpAddress& address : answer.addresses)
            if (mechanism.covers(address, identity_.client)) return match_if(true);
    }
    return match_if(false);
}

/// [RFC7208 5.5]: DNS errors are no match here.
Match Evaluation::match_client_names(const std::string& name)
{
    const dns::Answer& answer = resolver_.query(identity_.client.reverse_name(), dns::Type::ptr);
    if (auto trouble = count_void(answer)) return *trouble;
    for (const std::string& claimed : client_names())
        if (is_same_or_below(claimed, name) && is_validated(claimed)) return match_if(true);
    return match_if(false);
}

/// [RFC7208 5.2]
Match Evaluation::match_include(const std::string& name)
{
    const Outcome outcome = check(name);
    switch (outcome.verdict) {
    case Verdict::pass:
        return match_if(true);
    case Verdict::temperror:
        return {Match::Kind::temperror, outcome.reason};
    case Verdict::permerror:
        return permanent_trouble(outcome.reason);
    case Verdict::none:
        return permanent_trouble(cat("include:", printable(name), ": ", outcome.reason));
    default:
        return match_if(false);
    }
}

/// [RFC7208 5.7]: an A record, whatever the client's address is
Match Evaluation::match_existence(const std::string& name)
{
    const dns::Answer& answer = resolver_.query(name, dns::Type::a);
    if (answer.status == dns::Status::temporary) return temporary_trouble(name, answer);
    if (auto trouble = count_void(answer)) return *trouble;
    return match_if(answer.status == dns::Status::found);
}

Match Evaluation::match(const Mechanism& mechanism, const std::string& domain)
{
    if (!mechanism.needs_dns()) return match_if(mechanism.matches_without_dns(identity_.client));
    if (++lookups_ > max_lookups)
        return permanent_trouble("more than 10 DNS lookups"); // [RFC7208 4.6.4]
    const std::string name = target_name(mechanism.domain, values(domain));
    switch (mechanism.kind) {
    case Kind::include:
        return match_include(name);
    case Kind::a:
        return match_hosts(mechanism, name);
    case Kind::mx:
        return match_exchangers(mechanism, name);
    case Kind::ptr:
        return match_client_names(name);
    default:
        return match_existence(name);
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
            return {
                Verdict::temperror, temporary_trouble(domain, answer).reason, domain, {}, false};
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

} // namespace

std::string_view verdict_name(Verdict verdict)
{
    static constexpr std::string_view names[] = {"none",     "neutral",   "pass",     "fail",
                                                 "softfail", "temperror", "permerror"};
    return names[static_cast<std::size_t>(verdict)];
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
