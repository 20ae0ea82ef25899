#include "message/address.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn
{
namespace
{

constexpr std::size_t max_local_part = 64;
constexpr std::size_t max_domain = 253;
constexpr std::size_t max_label = 63;

bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// atext of [RFC5322 3.2.3]
bool is_atom_char(char c)
{
    return is_alphanumeric(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_account_char(char c)
{
    return is_alphanumeric(c) || std::string_view("_-'=&").find(c) != std::string_view::npos;
}

/// One or more words separated by single dots. Looks at the text only, for this is the inner loop
/// of everything that reads long tables.
template <typename Predicate>
bool is_dotted(std::string_view text, Predicate is_word)
{
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!is_word(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

template <typename Predicate>
bool consists_of(std::string_view word, Predicate is_allowed)
{
    return !word.empty() && std::all_of(word.begin(), word.end(), is_allowed);
}

bool is_label(std::string_view label)
{
    return label.size() <= max_label &&
           consists_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; }) &&
           label.front() != '-' && label.back() != '-';
}

} // namespace

std::string Address::text() const
{
    return cat(local, "@", domain);
}

std::string Address::key() const
{
    return cat(lower(local), "@", domain);
}

bool is_local_part(std::string_view text)
{
    return text.size() <= max_local_part &&
           is_dotted(text, [](std::string_view word) { return consists_of(word, is_atom_char); });
}

bool is_domain(std::string_view text)
{
    return text.size() <= max_domain && is_dotted(text, is_label);
}

std::optional<Address> parse_address(std::string_view text)
{
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view local = text.substr(0, at);
    const std::string_view domain = text.substr(at + 1);
    if (!is_local_part(local) || !is_domain(domain)) return std::nullopt;
    return Address{std::string(local), lower(domain)};
}

bool is_account_name(std::string_view local)
{
    return local.size() <= max_local_part &&
           is_dotted(local,
                     [](std::string_view word) { return consists_of(word, is_account_char); }) &&
           (is_alphanumeric(local.front()) || local.front() == '_');
}

Subaddress split_detail(std::string_view local, char delimiter)
{
    // A delimiter in first place has no user before it and belongs to the name.
    const std::size_t at = local.find(delimiter, 1);
    if (local.empty() || at == std::string_view::npos) return {std::string(local), {}};
    return {std::string(local.substr(0, at)), std::string(local.substr(at + 1))};
}

} // namespace mn
