#include "auth/spf_evaluation.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mn::spf
{
namespace
{

Match match_if(bool matches)
{
    return {matches ? Match::Kind::yes : Match::Kind::no, {}};
}

Match temporary_trouble(std::string_view name, const dns::Answer& answer)
{
    return {Match::Kind::temperror, trouble_of(name, answer)};
}

Match permanent_trouble(std::string reason)
{
    return {Match::Kind::permerror, std::move(reason)};
}

bool is_void(const dns::Answer& answer)
{
    return answer.status == dns::Status::no_such_name || answer.status == dns::Status::no_data;
}

} // namespace

std::string trouble_of(std::string_view name, const dns::Answer& answer)
{
    return cat("DNS: ", printable(name), ": ", answer.problem);
}

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

} // namespace mn::spf
