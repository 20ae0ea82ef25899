#include "auth/story.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mn::auth
{
namespace
{

constexpr std::size_t max_shown = 400; ///< bytes of one answer
constexpr std::size_t max_records = 5;

std::string shown(std::string_view text)
{
    return printable(text.substr(0, max_shown));
}

std::string or_none(const std::string& text)
{
    return text.empty() ? "(none)" : shown(text);
}

void add(std::string& story, std::string_view indent, const std::string& line)
{
    story.append(indent).append(line).append("\n");
}

void add_trace(std::string& story, const std::vector<std::string>& trace)
{
    for (const std::string& line : trace)
        add(story, "      ", shown(line));
}

std::string right_aligned(std::int64_t number, std::size_t width)
{
    const std::string digits = std::to_string(number);
    return cat(std::string(width - std::min(width, digits.size()), ' '), digits);
}

void tell_message(std::string& story, const Judgement& judgement, const Envelope& envelope)
{
    add(story, "", "Message");
    std::string authors;
    for (const Mailbox& mailbox : judgement.author.mailboxes)
        authors.append(authors.empty() ? "" : ", ").append(cat(mailbox.local, "@", mailbox.domain));
    add(story, "  ", cat("From       ", or_none(authors)));
    add(story, "  ",
        cat("sender     ", envelope.sender.empty() ? "<> (a bounce)" : shown(envelope.sender)));
    add(story, "  ", cat("HELO       ", or_none(envelope.helo)));
    add(story, "  ",
        cat("client     ", envelope.client ? envelope.client->text() : "(not given: no SPF)"));
}

void tell_spf(std::string& story, const Judgement& judgement, const Envelope& envelope)
{
    add(story, "", "SPF: may this client send for the domain?");
    const auto tell = [&](const char* what, const std::string& identity,
                          const std::optional<spf::Result>& result) {
        if (!result) return add(story, "  ", cat(what, " ", or_none(identity), ": not judged"));
        add(story, "  ",
            cat(what, " ", or_none(identity), ": ", spf::verdict_name(result->verdict), " (",
                shown(result->reason), ")"));
        add_trace(story, result->trace);
        if (!result->explanation.empty())
            add(story, "      ", cat("the domain explains: ", shown(result->explanation)));
    };
    tell("HELO", envelope.helo, judgement.helo);
    if (envelope.sender.empty())
        add(story, "  ", "MAIL FROM <>: as HELO");
    else
        tell("MAIL FROM", envelope.sender, judgement.mail_from);
}

void tell_dkim(std::string& story, const Judgement& judgement)
{
    add(story, "", "DKIM: who vouches for the content?");
    if (judgement.signatures.empty()) add(story, "  ", "no signature");
    for (const dkim::Result& result : judgement.signatures) {
        std::string line = cat(or_none(result.domain), ", selector ", or_none(result.selector),
                               ", ", or_none(result.algorithm));
        if (result.key_bits != 0) line.append(cat(", ", std::to_string(result.key_bits), " bits"));
        line.append(cat(": ", dkim::verdict_name(result.verdict)));
        if (!result.reason.empty()) line.append(cat(" (", shown(result.reason), ")"));
        if (result.is_testing) line.append(", the domain is testing");
        add(story, "  ", line);
    }
}

void tell_arc(std::string& story, const Judgement& judgement)
{
    const arc::Result& chain = judgement.chain;
    add(story, "", "ARC: what did those say who forwarded it?");
    if (chain.verdict == arc::Verdict::none && chain.reason.empty())
        return add(story, "  ", "nobody sealed it");
    add(story, "  ",
        cat(arc::verdict_name(chain.verdict), chain.reason.empty() ? "" : ": ",
            shown(chain.reason)));
    for (std::size_t i = 0; i < chain.sealers.size() && i < chain.results.size(); ++i)
        add(story, "      ",
            cat("i=", std::to_string(i + 1), " sealed by ", or_none(chain.sealers[i]), ": ",
                shown(chain.results[i])));
}

void tell_dmarc(std::string& story, const Judgement& judgement)
{
    add(story, "", "DMARC: does the author's domain know of it, and what if not?");
    if (judgement.authors.empty()) add(story, "  ", "no author domain: nobody to ask");
    for (const AuthorResult& author : judgement.authors) {
        const dmarc::Result& result = author.dmarc;
        std::string line = cat(shown(author.domain), ": ", dmarc::verdict_name(result.verdict),
                               " (", shown(result.reason), ")");
        if (!result.record_domain.empty())
            line.append(cat(", policy ", dmarc::policy_name(result.policy),
                            result.is_testing ? " (testing)" : "", " of ",
                            shown(result.record_domain)));
        add(story, "  ", line);
        add_trace(story, result.trace);
        if (!author.override_sealer.empty())
            add(story, "      ",
                cat("not applied: trusted sealer ", shown(author.override_sealer),
                    " saw DMARC pass"));
    }
}

void tell_lookups(std::string& story, const std::vector<dns::Lookup>& lookups)
{
    add(story, "", "Lookups: begun at, took (ms)");
    for (const dns::Lookup& lookup : lookups)
        add(story, "  ",
            cat(right_aligned(lookup.started.count(), 6), " ",
                right_aligned(lookup.took.count(), 6), "  ", dns::type_name(lookup.type), " ",
                shown(lookup.name), ": ", answer_text(lookup)));
}

void tell_verdict(std::string& story, const Judgement& judgement)
{
    add(story, "", cat("Verdict: ", action_name(judgement.action)));
    if (!judgement.text.empty()) add(story, "  ", shown(judgement.text));
    add(story, "  ", cat("because: ", shown(judgement.reason)));
    add(story, "  ", cat(authres::field_name, ": ", authres::write(judgement.results)));
}

Json lookup_json(const dns::Lookup& lookup)
{
    static constexpr std::string_view statuses[] = {"found", "no such name", "no data",
                                                    "temporary"};
    const dns::Answer& answer = lookup.answer;
    std::vector<std::string> data = answer.texts;
    for (const IpAddress& address : answer.addresses)
        data.push_back(address.text());
    data.insert(data.end(), answer.names.begin(), answer.names.end());
    Json line;
    line.add("kind", "lookup").add("name", lookup.name).add("type", dns::type_name(lookup.type));
    line.add("status", statuses[static_cast<std::size_t>(answer.status)]).add("data", data);
    line.add("authenticated", answer.is_authenticated);
    if (!answer.problem.empty()) line.add("problem", answer.problem);
    line.add("started_ms", static_cast<std::uint64_t>(lookup.started.count()));
    line.add("took_ms", static_cast<std::uint64_t>(lookup.took.count()));
    return line;
}

Json spf_json(std::string_view identity, const spf::Result& result)
{
    Json line;
    line.add("kind", "spf").add("identity", identity).add("domain", result.domain);
    line.add("result", spf::verdict_name(result.verdict)).add("reason", result.reason);
    if (!result.explanation.empty()) line.add("explanation", result.explanation);
    line.add("trace", result.trace);
    return line;
}

Json dkim_json(const dkim::Result& result)
{
    Json line;
    line.add("kind", "dkim").add("domain", result.domain).add("selector", result.selector);
    line.add("identity", result.identity).add("algorithm", result.algorithm);
    line.add("bits", static_cast<std::uint64_t>(result.key_bits));
    line.add("testing", result.is_testing);
    line.add("result", dkim::verdict_name(result.verdict)).add("reason", result.reason);
    return line;
}

Json arc_json(const arc::Result& chain)
{
    Json line;
    line.add("kind", "arc").add("result", arc::verdict_name(chain.verdict));
    line.add("instances", static_cast<std::uint64_t>(chain.instances));
    line.add("sealers", chain.sealers).add("results", chain.results).add("reason", chain.reason);
    return line;
}

Json dmarc_json(const AuthorResult& author)
{
    const dmarc::Result& result = author.dmarc;
    Json line;
    line.add("kind", "dmarc").add("domain", author.domain);
    line.add("result", dmarc::verdict_name(result.verdict));
    line.add("policy", dmarc::policy_name(result.policy)).add("testing", result.is_testing);
    line.add("record_domain", result.record_domain).add("record", result.record);
    line.add("organizational_domain", result.organizational_domain);
    line.add("aligned_by", result.aligned_by).add("override_sealer", author.override_sealer);
    line.add("reason", result.reason).add("trace", result.trace);
    return line;
}

} // namespace

std::string answer_text(const dns::Lookup& lookup)
{
    const dns::Answer& answer = lookup.answer;
    switch (answer.status) {
    case dns::Status::no_such_name:
        return "no such name";
    case dns::Status::no_data:
        return cat("no ", dns::type_name(lookup.type));
    case dns::Status::temporary:
        return cat("no answer: ", shown(answer.problem));
    default:
        break;
    }
    std::vector<std::string> parts;
    for (const std::string& text : answer.texts)
        parts.push_back(cat("\"", shown(text), text.size() > max_shown ? "…\"" : "\""));
    for (const IpAddress& address : answer.addresses)
        parts.push_back(address.text());
    for (const std::string& name : answer.names)
        parts.push_back(name.empty() ? "." : shown(name));
    std::string joined;
    for (std::size_t i = 0; i < parts.size() && i < max_records; ++i)
        joined.append(i == 0 ? "" : ", ").append(parts[i]);
    if (parts.size() > max_records)
        joined.append(cat(" and ", std::to_string(parts.size() - max_records), " more"));
    return joined.append(answer.is_authenticated ? " (DNSSEC)" : "");
}

std::string story(const Judgement& judgement, const Envelope& envelope,
                  const std::vector<dns::Lookup>& lookups)
{
    std::string story;
    tell_message(story, judgement, envelope);
    tell_spf(story, judgement, envelope);
    tell_dkim(story, judgement);
    tell_arc(story, judgement);
    tell_dmarc(story, judgement);
    tell_lookups(story, lookups);
    tell_verdict(story, judgement);
    return story;
}

std::vector<std::string> story_json(const Judgement& judgement, const Envelope& envelope,
                                    const std::vector<dns::Lookup>& lookups)
{
    std::vector<std::string> lines;
    lines.reserve(lookups.size() + judgement.signatures.size() + judgement.authors.size() + 4);
    for (const dns::Lookup& lookup : lookups)
        lines.push_back(lookup_json(lookup).text());
    if (judgement.helo) lines.push_back(spf_json("helo", *judgement.helo).text());
    if (judgement.mail_from && !envelope.sender.empty())
        lines.push_back(spf_json("mailfrom", *judgement.mail_from).text());
    for (const dkim::Result& signature : judgement.signatures)
        lines.push_back(dkim_json(signature).text());
    lines.push_back(arc_json(judgement.chain).text());
    for (const AuthorResult& author : judgement.authors)
        lines.push_back(dmarc_json(author).text());
    Json verdict;
    verdict.add("kind", "verdict").add("action", action_name(judgement.action));
    verdict.add("text", judgement.text).add("reason", judgement.reason);
    verdict.add("authentication_results", authres::write(judgement.results));
    lines.push_back(verdict.text());
    return lines;
}

} // namespace mn::auth
