#include "keys/key_check.hpp"

#include "auth/dkim_record.hpp"
#include "auth/dkim_sign.hpp"
#include "auth/second_opinion.hpp"
#include "base/date.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace mn::keys
{
namespace
{

using config::Severity;
using dkim::Publication;

/// What libopendkim says of a message that this key signed: empty, or what is wrong.
std::string second_opinion_of(const StoredKey& key, const std::string& record, std::int64_t now)
{
    const std::string& domain = key.file.domain;
    const std::string header =
        cat("From: postmaster@", domain, "\nTo: postmaster@", domain,
            "\nSubject: a test\nDate: ", utc(now, "%a, %d %b %Y %H:%M:%S +0000"), "\n");
    const std::string body = "This message tests a key.\n";
    dkim::Signer signer(header,
                        {{.key = &key.key, .domain = domain, .selector = key.file.selector}}, now);
    signer.body(body);
    const auto opinions = dkim::second_opinions(
        signer.finish("\n") + header, body,
        [&](std::string_view, std::string_view) { return std::optional(record); });
    if (opinions.size() != 1) return "libopendkim sees no signature";
    if (opinions.front().is_good) return {};
    return cat("libopendkim refuses a signature of it: ", opinions.front().reason);
}

/// Collects what is said about one record.
class Problems
{
public:
    Problems(const StoredKey& key, Report& report) : name_(key.name()), report_(report) {}

    void add(Severity severity, const std::string& what, const std::string& remedy)
    {
        report_.problems.push_back({severity, name_, 0, what, remedy});
    }

private:
    std::string name_;
    Report& report_;
};

void judge_publication(const StoredKey& key, const Publication& found, Report& report)
{
    Problems problems(key, report);
    report.is_unknown = found.state == Publication::State::unknown;
    report.is_waiting =
        key.file.state == config::KeyState::next && found.state == Publication::State::missing;
    if (report.is_unknown)
        problems.add(Severity::warning, found.text, "try again, or with another --nameserver");
    else if (found.state != Publication::State::good && !report.is_waiting)
        problems.add(Severity::error, found.text,
                     cat("publish the record that this prints: mn-dkimkey dns --selector ",
                         key.file.selector, " ", key.file.domain));
    if (found.is_testing)
        problems.add(Severity::warning, "the record says t=y, so receivers ignore signatures",
                     "take that out");
}

} // namespace

Report examine(const StoredKey& key, dns::Resolver& resolver, std::int64_t now)
{
    Report report;
    Problems problems(key, report);
    const Publication found =
        dkim::look_up_key(key.file.selector, key.file.domain, key.key, resolver);
    judge_publication(key, found, report);
    if (is_weak(key.key))
        problems.add(Severity::warning,
                     cat("the key has only ", std::to_string(key.key.bits()), " bits"),
                     cat("replace it: mn-dkimkey rotate make ", key.file.domain));
    // A record that is no good has been told of; then the question is the key alone.
    const std::string record =
        found.state == Publication::State::good ? found.records.front() : dkim::key_record(key.key);
    if (const std::string refused = second_opinion_of(key, record, now); !refused.empty())
        problems.add(Severity::error, refused, "replace the key, or its record");
    return report;
}

bool Check::has_errors() const
{
    return config::has_errors(problems) ||
           std::any_of(keys.begin(), keys.end(), [](const Examined& examined) {
               return config::has_errors(examined.report.problems);
           });
}

bool Check::is_unknown() const
{
    return std::any_of(keys.begin(), keys.end(),
                       [](const Examined& examined) { return examined.report.is_unknown; });
}

Check examine_all(const std::string& dir, std::span<const std::string> domains,
                  dns::Resolver& resolver, std::int64_t now)
{
    constexpr std::array states{config::KeyState::active, config::KeyState::next};
    Check check;
    for (const std::string& domain : domains)
        for (StoredKey& key : load_usable(dir, domain, states, check.problems))
            check.keys.push_back({std::move(key), {}});
    for (const Examined& examined : check.keys)
        resolver.prefetch(examined.key.name(), dns::Type::txt);
    for (Examined& examined : check.keys)
        examined.report = examine(examined.key, resolver, now);
    return check;
}

} // namespace mn::keys
