#include "message/forward_address.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn
{
namespace
{

bool is_atom_or_dot(char c)
{
    return c == '.' || is_local_part(std::string_view(&c, 1));
}

} // namespace

std::string forward_address(std::string_view local, std::string_view domain)
{
    return cat(lower(domain), "=", local, "@", forward_domain);
}

std::optional<Address> forward_target(std::string_view address)
{
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos ||
        !equal_ignoring_case(address.substr(at + 1), forward_domain))
        return std::nullopt;
    const std::string_view text = address.substr(0, at);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view domain = text.substr(0, equals), local = text.substr(equals + 1);
    if (!is_domain(domain) || local.empty() ||
        !std::all_of(local.begin(), local.end(), is_atom_or_dot))
        return std::nullopt;
    return Address{std::string(local), lower(domain)};
}

} // namespace mn
