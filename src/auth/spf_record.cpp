#include "auth/spf_record.hpp"

#include "auth/spf_macro.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mn::spf
{
namespace
{

constexpr std::string_view version = "v=spf1";

/// Why a term is wrong; becomes Record::error.
struct Mistake {
    std::string why;
};

bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// [RFC7208 12] name
bool is_name(std::string_view name)
{
    return !name.empty() && is_alpha(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
           });
}

/// "/" and a number without leading zeros at the end of the text is cut off. [RFC7208 5.6]
std::optional<unsigned> take_prefix_length(std::string_view& text, std::string_view slash,
                                           unsigned limit)
{
    std::size_t begin = text.size();
    while (begin > 0 && is_digit(text[begin - 1]))
        --begin;
    const std::string_view digits = text.substr(begin);
    if (digits.empty() || !text.substr(0, begin).ends_with(slash)) return std::nullopt;
    if (slash == "/" && text.substr(0, begin).ends_with("//")) return std::nullopt;
    const auto value = parse_number(digits);
    if (!value || *value > limit || (digits.size() > 1 && digits.front() == '0'))
        throw Mistake{"bad prefix length"};
    text = text.substr(0, begin - slash.size());
    return static_cast<unsigned>(*value);
}

/// [RFC7208 5.3] dual-cidr-length
void take_prefix_lengths(std::string_view& text, Mechanism& mechanism)
{
    if (const auto bits = take_prefix_length(text, "//", 128)) mechanism.bits6 = *bits;
    if (const auto bits = take_prefix_length(text, "/", 32)) mechanism.bits4 = *bits;
}

std::string_view checked_domain(std::string_view text)
{
    if (const auto flaw = flaw_of_domain_spec(text)) throw Mistake{*flaw};
    return text;
}

/// rest: what follows the name, with its ":".
void read_domain(std::string_view rest, Mechanism& mechanism, bool is_required)
{
    if (rest.empty() && !is_required) return;
    if (rest.empty() || rest.front() != ':') throw Mistake{"no domain"};
    mechanism.domain = checked_domain(rest.substr(1));
}

void read_network(std::string_view rest, Mechanism& mechanism)
{
    const bool is_v4 = mechanism.kind == Kind::ip4;
    if (rest.empty() || rest.front() != ':') throw Mistake{"no address"};
    rest.remove_prefix(1);
    const auto bits = take_prefix_length(rest, "/", is_v4 ? 32 : 128);
    const auto address = IpAddress::parse(rest);
    const bool looks_v6 = rest.find(':') != std::string_view::npos;
    if (!address || looks_v6 == is_v4) throw Mistake{"not an address"};
    mechanism.network = address;
    mechanism.bits4 = bits.value_or(32);
    mechanism.bits6 = bits.value_or(128);
}

std::optional<Kind> kind_of(std::string_view name)
{
    static constexpr std::pair<std::string_view, Kind> kinds[] = {
        {"all", Kind::all}, {"include", Kind::include}, {"a", Kind::a},
        {"mx", Kind::mx},   {"ptr", Kind::ptr},         {"ip4", Kind::ip4},
        {"ip6", Kind::ip6}, {"exists", Kind::exists}};
    for (const auto& [known, kind] : kinds)
        if (equal_ignoring_case(name, known)) return kind;
    return std::nullopt;
}

Mechanism read_mechanism(std::string_view term)
{
    Mechanism mechanism;
    mechanism.text = term;
    if (std::string_view("+-?~").find(term.front()) != std::string_view::npos) {
        mechanism.qualifier = term.front();
        term.remove_prefix(1);
    }
    const std::size_t end = std::min(term.find_first_of(":/"), term.size());
    std::string_view rest = term.substr(end);
    const auto kind = kind_of(term.substr(0, end));
    if (!kind) throw Mistake{"unknown mechanism"};
    mechanism.kind = *kind;
    switch (*kind) {
    case Kind::all:
        if (!rest.empty()) throw Mistake{"'all' takes nothing"};
        break;
    case Kind::ip4:
    case Kind::ip6:
        read_network(rest, mechanism);
        break;
    case Kind::a:
    case Kind::mx:
        take_prefix_lengths(rest, mechanism);
        read_domain(rest, mechanism, false);
        break;
    case Kind::ptr:
        read_domain(rest, mechanism, false);
        break;
    case Kind::include:
    case Kind::exists:
        read_domain(rest, mechanism, true);
        break;
    }
    return mechanism;
}

/// [RFC7208 6]: redirect and exp once at most, unknown ones as often as you like.
void read_modifier(std::string_view name, std::string_view value, Record& record)
{
    std::optional<std::string_view>* known = nullptr;
    if (equal_ignoring_case(name, "redirect")) known = &record.redirect;
    if (equal_ignoring_case(name, "exp")) known = &record.explanation;
    if (known == nullptr) {
        if (const auto flaw = flaw_of_macro_string(value)) throw Mistake{*flaw};
        return;
    }
    if (*known) throw Mistake{"modifier is there twice"};
    *known = checked_domain(value);
}

void read_term(std::string_view term, Record& record)
{
    // A mechanism has ":" or "/" before any "=", a modifier a name and "=". [RFC7208 4.6.1]
    const std::size_t equals = term.find('=');
    if (equals != std::string_view::npos && is_name(term.substr(0, equals)))
        read_modifier(term.substr(0, equals), term.substr(equals + 1), record);
    else
        record.mechanisms.push_back(read_mechanism(term));
}

} // namespace

bool Mechanism::matches_without_dns(const IpAddress& client) const
{
    if (kind == Kind::all) return true;
    // An IPv4 client is never matched by ip6, not even by ::ffff:0:0/96. [RFC7208 5]
    if (!network || client.is_v4() != (kind == Kind::ip4)) return false;
    return covers(*network, client);
}

bool Mechanism::covers(const IpAddress& host, const IpAddress& client) const
{
    return client.is_within(host, client.is_v4() ? bits4 : bits6);
}

std::vector<std::string_view> records_among(const std::vector<std::string>& texts)
{
    std::vector<std::string_view> records;
    std::copy_if(texts.begin(), texts.end(), std::back_inserter(records), is_record);
    return records;
}

bool is_record(std::string_view text)
{
    if (!equal_ignoring_case(text.substr(0, version.size()), version)) return false;
    return text.size() == version.size() || text[version.size()] == ' ';
}

Record parse_record(std::string_view text)
{
    Record record;
    text.remove_prefix(version.size());
    // Terms are separated by spaces, and by nothing else. [RFC7208 4.6.1]
    for (const std::string_view term : split(text, ' ')) {
        if (term.empty()) continue;
        try {
            read_term(term, record);
        } catch (const Mistake& mistake) {
            record.error = cat(mistake.why, ": ", printable(term.substr(0, 100)));
            break;
        }
    }
    return record;
}

} // namespace mn::spf
