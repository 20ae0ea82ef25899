#include "auth/arc_sets.hpp"

#include "auth/canonical.hpp"
#include "auth/dkim_signature.hpp"
#include "auth/tag_list.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"

#include <algorithm>

namespace mn::arc
{
namespace
{

using dkim::SignedFields;

std::optional<unsigned> parse_instance(std::string_view text)
{
    const auto number = parse_number(text);
    if (text.size() > 2 || !number || *number < 1 || *number > max_instances) return std::nullopt;
    return static_cast<unsigned>(*number);
}

/// Nothing when the field is malformed or has none.
std::optional<unsigned> instance_by_tag(const HeaderField& field)
{
    const auto tags = TagList::parse(field.value);
    return tags ? parse_instance(tags->value("i").value_or("")) : std::nullopt;
}

/// "i=1;" comes before everything else. [RFC8617 4.1.1]
std::optional<unsigned> instance_by_prefix(const HeaderField& field)
{
    const std::size_t end = field.value.find(';');
    if (end == std::string_view::npos) return std::nullopt;
    const auto tags = TagList::parse(field.value.substr(0, end));
    if (!tags || tags->tags().size() != 1) return std::nullopt;
    return parse_instance(tags->value("i").value_or(""));
}

/// Everything a seal has to have, and nothing it must not. [RFC8617 4.1.3]
std::string seal_problem(const TagList& tags, const Seal& seal)
{
    if (!dkim::parse_algorithm(tags.value("a").value_or(""))) return "unknown algorithm";
    if (!dkim::is_signing_name(seal.domain)) return "d= is not a domain";
    if (!dkim::is_signing_name(seal.selector)) return "s= is not a selector";
    if (seal.bytes.empty()) return "b= is not base64";
    if (seal.chain != "none" && seal.chain != "pass" && seal.chain != "fail")
        return "cv= is not a chain status";
    if (tags.value("h")) return "h= must not be there";
    if (tags.value("t") && !dkim::parse_time(*tags.value("t"))) return "t= is not a time";
    return {};
}

Seal parse_seal(const HeaderField& field)
{
    Seal seal;
    const auto tags = TagList::parse(field.value);
    if (!tags) {
        seal.problem = "not a list of tags";
        return seal;
    }
    seal.algorithm =
        dkim::parse_algorithm(tags->value("a").value_or("")).value_or(crypto::Algorithm::rsa);
    seal.domain = lower(tags->value("d").value_or(""));
    seal.selector = lower(tags->value("s").value_or(""));
    seal.chain = tags->value("cv").value_or("");
    seal.text = field.text;
    if (const Tag* b = tags->find("b")) {
        seal.raw_b = b->raw;
        seal.bytes = base64::decode_folded(b->value).value_or("");
    }
    seal.problem = seal_problem(*tags, seal);
    return seal;
}

/// Sorts the fields of one name into the sets; what they are called in problems.
class Collector
{
public:
    Collector(Sets& sets, const SignedFields& fields) : sets_(sets), fields_(fields) {}

    void collect(std::string_view name, std::size_t Set::*place,
                 std::optional<unsigned> (*instance_of)(const HeaderField&))
    {
        const std::vector<std::size_t>& places = fields_.places(name);
        if (places.size() > max_instances) {
            sets_.highest = max_instances;
            return problem(cat("more than ", std::to_string(max_instances), " ", name));
        }
        for (const std::size_t index : places) {
            const auto instance = instance_of(fields_.all()[index]);
            if (!instance) {
                problem(cat("malformed ", name));
                continue;
            }
            if (*instance > sets_.sets.size()) sets_.sets.resize(*instance);
            sets_.highest = std::max(sets_.highest, *instance);
            std::size_t& there = sets_.sets[*instance - 1].*place;
            if (there != SignedFields::npos)
                problem(cat("two ", name, " with i=", std::to_string(*instance)));
            there = index;
        }
    }

    void problem(std::string what)
    {
        if (sets_.problem.empty()) sets_.problem = std::move(what);
    }

private:
    Sets& sets_;
    const SignedFields& fields_;
};

/// The first set says that there was no chain before, every later one that it was good.
/// [RFC8617 5.2]
std::string set_problem(const Set& set, std::size_t position)
{
    const std::string number = std::to_string(position + 1);
    if (set.results == SignedFields::npos) return cat("no ", results_name, " with i=", number);
    if (set.signature == SignedFields::npos) return cat("no ", signature_name, " with i=", number);
    if (set.seal_place == SignedFields::npos) return cat("no ", seal_name, " with i=", number);
    if (!set.seal.problem.empty())
        return cat("malformed ARC-Seal i=", number, ": ", set.seal.problem);
    if (set.seal.chain != (position == 0 ? "none" : "pass"))
        return cat("ARC-Seal i=", number, " says cv=", set.seal.chain);
    return {};
}

} // namespace

Sets::Sets(const SignedFields& fields)
{
    Collector collector(*this, fields);
    collector.collect(results_name, &Set::results, instance_by_prefix);
    collector.collect(signature_name, &Set::signature, instance_by_tag);
    collector.collect(seal_name, &Set::seal_place, instance_by_tag);
    for (Set& set : sets)
        if (set.seal_place != SignedFields::npos)
            set.seal = parse_seal(fields.all()[set.seal_place]);
    has_failed = !sets.empty() && sets.back().seal.chain == "fail";
    for (std::size_t i = 0; i < sets.size() && problem.empty(); ++i)
        problem = set_problem(sets[i], i);
}

std::string sealed_fields(const SignedFields& fields, const Set& set, bool with_seal)
{
    std::string text;
    for (const std::size_t place : {set.results, set.signature})
        text.append(
            dkim::canonical_field(dkim::Canonicalization::relaxed, fields.all()[place].text));
    if (with_seal)
        text.append(dkim::canonical_field(dkim::Canonicalization::relaxed,
                                          fields.all()[set.seal_place].text));
    return text;
}

std::string results_of(const HeaderField& field)
{
    const std::size_t end = std::min(field.value.find(';') + 1, field.value.size());
    return unfolded(field.value.substr(end));
}

} // namespace mn::arc
