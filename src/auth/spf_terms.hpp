// What evaluating an SPF record and prefetching for it have in common: the identity that is
// checked, and the names that its terms lead to.
#pragma once

#include "auth/spf.hpp"
#include "auth/spf_macro.hpp"
#include "auth/spf_record.hpp"

#include <string>
#include <string_view>

namespace mn::spf
{

inline constexpr unsigned max_lookups = 10;  ///< terms that ask the DNS [RFC7208 4.6.4]
inline constexpr unsigned max_void = 2;      ///< of them, those that may find nothing
inline constexpr std::size_t max_hosts = 10; ///< of one MX or PTR answer

/// Who is checked, with copies of everything.
struct Identity {
    IpAddress client;
    std::string local;  ///< "postmaster" if there was none [RFC7208 4.3]
    std::string domain; ///< the part behind the "@"
    std::string helo;
    std::string receiver;

    /// current: the domain whose record is looked at.
    MacroValues values(std::string_view current) const;
    dns::Type address_type() const { return client.is_v4() ? dns::Type::a : dns::Type::aaaa; }
};

Identity mail_from_identity(const Request& request);
Identity helo_identity(const Request& request);

/// A domain that can be asked for its record: several labels, ASCII, no address literal. Otherwise
/// the result is "none". [RFC7208 4.3]
bool is_checkable(std::string_view domain);

/// The name a term leads to; spec empty: the current domain itself.
std::string target_name(std::string_view spec, const MacroValues& values);

/// name is domain, or below it.
bool is_same_or_below(std::string_view name, std::string_view domain);

/// Start everything that checking this identity may ask for, level by level as answers come in,
/// within the limits of [RFC7208 4.6.4].
void prefetch_identity(const Identity& identity, dns::Resolver& resolver);

} // namespace mn::spf
