#include "auth/dmarc_walk.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn::dmarc
{
namespace
{

constexpr std::ptrdiff_t max_labels = 7; // after the first question

std::string record_name(std::string_view domain)
{
    return cat("_dmarc.", domain);
}

std::string_view without_first_label(std::string_view domain)
{
    const std::size_t dot = domain.find('.');
    return dot == std::string_view::npos ? std::string_view() : domain.substr(dot + 1);
}

void note(std::vector<std::string>& trace, std::string line)
{
    if (std::find(trace.begin(), trace.end(), line) == trace.end())
        trace.push_back(std::move(line));
}

std::string told(const dns::Answer& answer, std::size_t records)
{
    if (answer.status == dns::Status::temporary) return cat("no answer: ", answer.problem);
    if (records > 1) return "several records: none of them counts";
    return answer.status == dns::Status::no_such_name ? "no such name" : "no record";
}

/// The one record at this domain. Several are as good as none. [RFC9989 4.10]
std::optional<Finding> record_at(const std::string& domain, const dns::Answer& answer,
                                 std::vector<std::string>& trace)
{
    std::vector<Finding> found;
    for (const std::string& text : answer.texts)
        if (const auto record = parse_record(text)) found.push_back({domain, text, *record});
    const bool is_one = found.size() == 1;
    note(trace, cat(record_name(domain), ": ",
                    is_one ? printable(found.front().text) : told(answer, found.size())));
    if (!is_one) return std::nullopt;
    return std::move(found.front());
}

} // namespace

std::vector<std::string> walk_targets(std::string_view domain)
{
    std::vector<std::string> targets{std::string(domain)};
    std::string_view above = without_first_label(domain);
    while (std::count(above.begin(), above.end(), '.') >= max_labels)
        above = without_first_label(above);
    for (; !above.empty(); above = without_first_label(above))
        targets.emplace_back(above);
    return targets;
}

void prefetch_walk(std::string_view domain, dns::Resolver& resolver)
{
    for (const std::string& target : walk_targets(domain))
        resolver.prefetch(record_name(target), dns::Type::txt);
}

Walk walk_up(std::string_view domain, dns::Resolver& resolver, std::vector<std::string>& trace)
{
    Walk walk{std::string(domain), {}, false};
    prefetch_walk(domain, resolver);
    for (const std::string& target : walk_targets(domain)) {
        const dns::Answer& answer = resolver.query(record_name(target), dns::Type::txt);
        walk.was_interrupted |= answer.status == dns::Status::temporary;
        auto finding = record_at(target, answer, trace);
        if (!finding) continue;
        walk.findings.push_back(std::move(*finding));
        if (walk.findings.back().record.public_suffix != PublicSuffix::unknown) break;
    }
    return walk;
}

const Finding* Walk::at(std::string_view domain) const
{
    for (const Finding& finding : findings)
        if (finding.domain == domain) return &finding;
    return nullptr;
}

std::string Walk::organizational_domain() const
{
    std::string_view below = start;
    for (const Finding& finding : findings) {
        if (finding.record.public_suffix == PublicSuffix::no) return finding.domain;
        if (finding.record.public_suffix != PublicSuffix::yes || finding.domain == start) continue;
        // One label below the public suffix.
        while (without_first_label(below) != finding.domain)
            below = without_first_label(below);
        return std::string(below);
    }
    return findings.empty() ? start : findings.back().domain;
}

} // namespace mn::dmarc
