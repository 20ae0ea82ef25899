#include "auth/dmarc_record.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn::dmarc
{
namespace
{

struct Tag {
    std::string name;
    std::string_view value;
};

Tag read_tag(std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return {};
    return {lower(trim(text.substr(0, equals))), trim(text.substr(equals + 1))};
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_scheme_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

/// A scheme and something behind it; for mailto an address. [RFC3986 3]
bool is_uri(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
    const std::string_view scheme = text.substr(0, colon);
    const std::string_view rest = text.substr(colon + 1);
    const auto is_bad = [](char c) { return c <= ' ' || c >= 0x7f; };
    return is_letter(scheme.front()) && std::all_of(scheme.begin(), scheme.end(), is_scheme_char) &&
           std::none_of(rest.begin(), rest.end(), is_bad) &&
           (!equal_ignoring_case(scheme, "mailto") || rest.find('@', 1) != std::string_view::npos);
}

bool has_report_address(std::string_view rua)
{
    const auto uris = split(rua, ',');
    return std::any_of(uris.begin(), uris.end(),
                       [](std::string_view uri) { return is_uri(trim(uri)); });
}

std::optional<Policy> read_policy(std::string_view value)
{
    for (const Policy policy : {Policy::none, Policy::quarantine, Policy::reject})
        if (equal_ignoring_case(value, policy_name(policy))) return policy;
    return std::nullopt;
}

PublicSuffix read_public_suffix(std::string_view value)
{
    if (equal_ignoring_case(value, "y")) return PublicSuffix::yes;
    return equal_ignoring_case(value, "n") ? PublicSuffix::no : PublicSuffix::unknown;
}

/// "v=DMARC1" is first, and in this case of letters. [RFC9989 4.7]
bool has_version(std::string_view first_tag)
{
    if (first_tag.empty() || is_space(first_tag.front())) return false;
    const Tag tag = read_tag(first_tag);
    return tag.name == "v" && tag.value == "DMARC1";
}

/// The value of a tag that is there more than once is the first one.
std::optional<std::string_view> find_value(const std::vector<std::string_view>& tags,
                                           std::string_view name)
{
    for (const std::string_view text : tags) {
        const Tag tag = read_tag(text);
        if (tag.name == name) return tag.value;
    }
    return std::nullopt;
}

void read_policies(const std::vector<std::string_view>& tags, Record& record)
{
    const auto p = find_value(tags, "p"), sp = find_value(tags, "sp"), np = find_value(tags, "np");
    const auto policy = read_policy(p.value_or("")), subdomains = read_policy(sp.value_or("")),
               missing = read_policy(np.value_or(""));
    const bool makes_sense = policy && (subdomains || !sp) && (missing || !np);
    if (makes_sense) {
        record.policy = *policy;
        record.subdomains = subdomains.value_or(*policy);
        record.missing_subdomains = missing.value_or(record.subdomains);
    } else {
        record.is_unusable = !has_report_address(find_value(tags, "rua").value_or(""));
    }
}

} // namespace

std::optional<Record> parse_record(std::string_view text)
{
    const auto tags = split(text, ';');
    if (!has_version(tags.front())) return std::nullopt;
    const auto is_set = [&](std::string_view name, std::string_view value) {
        return equal_ignoring_case(find_value(tags, name).value_or(""), value);
    };
    Record record;
    read_policies(tags, record);
    record.wants_strict_dkim = is_set("adkim", "s");
    record.wants_strict_spf = is_set("aspf", "s");
    record.is_testing = is_set("t", "y");
    record.public_suffix = read_public_suffix(find_value(tags, "psd").value_or(""));
    return record;
}

Policy weakened(Policy policy)
{
    return policy == Policy::reject ? Policy::quarantine : Policy::none;
}

} // namespace mn::dmarc
