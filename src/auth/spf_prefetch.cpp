#include "auth/spf_terms.hpp"

#include <algorithm>
#include <memory>

namespace mn::spf
{
namespace
{

// However many records and hosts there are, no more hosts than this are looked up ahead.
constexpr std::size_t max_hosts_ahead = 30;

/// What is asked ahead of its evaluation. Lives as long as answers are expected.
class Plan : public std::enable_shared_from_this<Plan>
{
public:
    Plan(Identity identity, dns::Resolver& resolver)
        : identity_(std::move(identity)), resolver_(&resolver)
    {
    }

    void ask_record(const std::string& domain)
    {
        if (!is_checkable(domain)) return;
        resolver_->prefetch_then(domain, dns::Type::txt,
                                 [plan = shared_from_this(), domain](const dns::Answer& answer) {
                                     plan->follow_record(domain, answer);
                                 });
    }

private:
    void follow_record(const std::string& domain, const dns::Answer& answer);
    void ask_term(const Mechanism& mechanism, const std::string& domain);
    void ask_exchangers(const std::string& name);
    void ask_client_names(const std::string& name);
    void ask_host(const std::string& name)
    {
        if (hosts_++ < max_hosts_ahead) resolver_->prefetch(name, identity_.address_type());
    }

    Identity identity_;
    dns::Resolver* resolver_;
    unsigned terms_ = 0;
    std::size_t hosts_ = 0;
};

/// %{p} is known only after questions of its own.
bool needs_validated_name(std::string_view spec)
{
    return spec.find("%{p") != std::string_view::npos || spec.find("%{P") != std::string_view::npos;
}

void Plan::follow_record(const std::string& domain, const dns::Answer& answer)
{
    const auto records = records_among(answer.texts);
    if (answer.status != dns::Status::found || records.size() != 1) return;
    const Record record = parse_record(records.front());
    if (!record.error.empty()) return;
    for (const Mechanism& mechanism : record.mechanisms) {
        if (!mechanism.needs_dns()) {
            if (mechanism.matches_without_dns(identity_.client)) return;
            continue;
        }
        if (terms_ >= max_lookups) return;
        ++terms_;
        if (!needs_validated_name(mechanism.domain)) ask_term(mechanism, domain);
    }
    if (!record.redirect || needs_validated_name(*record.redirect) || terms_ >= max_lookups) return;
    ++terms_;
    ask_record(target_name(*record.redirect, identity_.values(domain)));
}

void Plan::ask_term(const Mechanism& mechanism, const std::string& domain)
{
    const std::string name = target_name(mechanism.domain, identity_.values(domain));
    switch (mechanism.kind) {
    case Kind::include:
        return ask_record(name);
    case Kind::a:
        return resolver_->prefetch(name, identity_.address_type());
    case Kind::exists:
        return resolver_->prefetch(name, dns::Type::a);
    case Kind::mx:
        return ask_exchangers(name);
    case Kind::ptr:
        return ask_client_names(name);
    default:
        return;
    }
}

void Plan::ask_exchangers(const std::string& name)
{
    resolver_->prefetch_then(name, dns::Type::mx,
                             [plan = shared_from_this()](const dns::Answer& answer) {
                                 if (answer.names.size() > max_hosts) return;
                                 for (const std::string& host : answer.names)
                                     plan->ask_host(host);
                             });
}

void Plan::ask_client_names(const std::string& name)
{
    resolver_->prefetch_then(identity_.client.reverse_name(), dns::Type::ptr,
                             [plan = shared_from_this(), name](const dns::Answer& answer) {
                                 const std::size_t count = std::min(answer.names.size(), max_hosts);
                                 for (std::size_t i = 0; i < count; ++i)
                                     if (is_same_or_below(answer.names[i], name))
                                         plan->ask_host(answer.names[i]);
                             });
}

} // namespace

void prefetch_identity(const Identity& identity, dns::Resolver& resolver)
{
    std::make_shared<Plan>(identity, resolver)->ask_record(identity.domain);
}

void prefetch(const Request& request, dns::Resolver& resolver)
{
    prefetch_identity(helo_identity(request), resolver);
    prefetch_identity(mail_from_identity(request), resolver);
}

} // namespace mn::spf
