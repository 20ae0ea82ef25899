#include "auth/spf_terms.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"
#include "dns/message.hpp"

#include <algorithm>

namespace mn::spf
{
namespace
{

Identity identity_of(const Request& request, std::string_view local, std::string_view domain)
{
    Identity identity;
    identity.client = request.client;
    identity.local = local.empty() ? "postmaster" : std::string(local); // [RFC7208 4.3]
    identity.domain = dns::canonical_name(domain);
    identity.helo = request.helo;
    identity.receiver = request.receiver;
    return identity;
}

} // namespace

Identity helo_identity(const Request& request)
{
    return identity_of(request, {}, request.helo); // [RFC7208 2.3]
}

Identity mail_from_identity(const Request& request)
{
    if (request.sender.empty()) return helo_identity(request); // [RFC7208 2.4]
    const std::string_view sender = request.sender;
    const std::size_t at = sender.rfind('@');
    if (at == std::string_view::npos) return identity_of(request, {}, sender);
    return identity_of(request, sender.substr(0, at), sender.substr(at + 1));
}

MacroValues Identity::values(std::string_view current) const
{
    MacroValues values;
    values.local = local;
    values.sender_domain = domain;
    values.domain = current;
    values.helo = helo;
    values.receiver = receiver;
    values.client = client;
    values.now = now().seconds;
    return values;
}

bool is_checkable(std::string_view domain)
{
    const std::string name = dns::canonical_name(domain);
    return dns::is_askable(name) && name.front() != '[' && name.find('.') != std::string::npos &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string target_name(std::string_view spec, const MacroValues& values)
{
    if (spec.empty()) return std::string(values.domain);
    return dns::canonical_name(fit_name(expand(spec, values)));
}

bool is_same_or_below(std::string_view name, std::string_view domain)
{
    return name == domain || name.ends_with(cat(".", domain));
}

} // namespace mn::spf
