#include "publish/dmarc_check.hpp"

#include "auth/dmarc.hpp"
#include "auth/dmarc_record.hpp"
#include "auth/dmarc_walk.hpp"
#include "base/text.hpp"
#include "message/address.hpp"
#include "publish/record_tags.hpp"
#include "publish/subject.hpp"

#include <algorithm>
#include <set>

namespace mn::publish
{
namespace
{

// --------------------------------------------------------------------------------------

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> allowed)
{
    return std::any_of(allowed.begin(), allowed.end(),
                       [&](std::string_view word) { return equal_ignoring_case(value, word); });
}

/// Empty, or what is wrong with it. [RFC9989 4.7]
std::string wrong_with(const Tag& tag)
{
    const auto wants = [&](bool is_good, std::string_view what) {
        return is_good ? std::string() : cat(tag.name, "= wants ", what, ", not ", tag.value);
    };
    if (is_one_of(tag.name, {"p", "sp", "np"}))
        return wants(is_one_of(tag.value, {"none", "quarantine", "reject"}),
                     "none, quarantine or reject");
    if (is_one_of(tag.name, {"adkim", "aspf"}))
        return wants(is_one_of(tag.value, {"r", "s"}), "r or s");
    if (tag.name == "t") return wants(is_one_of(tag.value, {"y", "n"}), "y or n");
    if (tag.name == "psd") return wants(is_one_of(tag.value, {"y", "n", "u"}), "y, n or u");
    if (tag.name == "pct") {
        const auto number = parse_number(tag.value);
        return wants(number && *number == 100, "100, or better not to be there");
    }
    if (is_one_of(tag.name, {"v", "rua", "ruf", "fo", "rf", "ri"})) return {};
    return cat("there is no tag ", tag.name);
}

class DmarcCheck
{
public:
    DmarcCheck(const DmarcQuestion& question, dns::Resolver& resolver,
               std::vector<Finding>& findings)
        : question_(question), resolver_(resolver), findings_(findings),
          subject_("dmarc", cat(question.domain, " DMARC"), question.wanted, findings)
    {
    }

    void run();

private:
    void judge_record(std::string_view text);
    void judge_policies(const std::vector<Tag>& tags, const dmarc::Record& record);
    void judge_reports(const std::vector<Tag>& tags);
    void judge_report_uri(std::string_view uri);
    void judge_consent(const std::string& target);
    void tell_absence(const std::vector<std::string>& texts);
    void judge_alignment();
    std::string organizational_domain(const std::string& domain);

    const DmarcQuestion& question_;
    dns::Resolver& resolver_;
    std::vector<Finding>& findings_;
    Subject subject_;
};

std::string DmarcCheck::organizational_domain(const std::string& domain)
{
    std::vector<std::string> trace;
    return dmarc::walk_up(domain, resolver_, trace).organizational_domain();
}

/// Whoever gets reports about another domain must have agreed. [RFC7489 7.1]
void DmarcCheck::judge_consent(const std::string& target)
{
    if (organizational_domain(target) == organizational_domain(question_.domain)) return;
    const std::string name = cat(question_.domain, "._report._dmarc.", target);
    const dns::Answer& answer = resolver_.query(name, dns::Type::txt);
    if (answer.status == dns::Status::temporary) return subject_.no_answer(answer);
    const bool agrees =
        std::any_of(answer.texts.begin(), answer.texts.end(), [](const std::string& text) {
            const auto tags = tags_of(text);
            return !tags.empty() && tags.front().name == "v" && tags.front().value == "DMARC1";
        });
    if (!agrees)
        subject_.fail(
            "consent",
            cat("reports are never sent to ", target, ", which does not agree to get them"),
            cat("have ", name, " TXT \"v=DMARC1\" published, or choose another address"));
}

void DmarcCheck::judge_report_uri(std::string_view uri)
{
    // A limit of size may follow.
    std::string_view address = trim(uri.substr(0, uri.find('!')));
    const bool is_mail = lower(address.substr(0, 7)) == "mailto:";
    if (is_mail) address.remove_prefix(7);
    const auto parsed = parse_address(address);
    if (!is_mail || !parsed)
        return subject_.fail("report-address",
                             cat("reports cannot be sent to ", uri, ": it is no mailto:ADDRESS"),
                             "write rua=mailto:ADDRESS, with commas between several");
    judge_consent(parsed->domain);
}

void DmarcCheck::judge_reports(const std::vector<Tag>& tags)
{
    if (value_of(tags, "rua").empty())
        subject_.warn("reports", "nobody gets reports, so nobody learns what fails",
                      "add rua=mailto:ADDRESS");
    for (const std::string_view name : {"rua", "ruf"})
        if (const std::string_view value = value_of(tags, name); !value.empty())
            for (const std::string_view uri : split(value, ','))
                judge_report_uri(trim(uri));
}

void DmarcCheck::judge_policies(const std::vector<Tag>& tags, const dmarc::Record& record)
{
    if (value_of(tags, "p").empty())
        subject_.fail("policy", "there is no p=, which says what to do", "add p=none");
    if (record.subdomains < record.policy)
        subject_.warn(
            "subdomains",
            "whoever writes in the name of a subdomain is treated better: sp=", "take sp= out");
    if (record.is_testing)
        subject_.warn("testing", "t=y: receivers do less than p= says", "take t=y out");
    if (record.public_suffix == dmarc::PublicSuffix::yes)
        subject_.warn("psd", "psd=y says that strangers register names below this domain",
                      "take psd=y out");
}

void DmarcCheck::judge_record(std::string_view text)
{
    const auto tags = tags_of(text);
    std::set<std::string> seen;
    for (const Tag& tag : tags) {
        const std::string wrong = wrong_with(tag);
        if (!wrong.empty() && is_one_of(tag.name, {"p", "sp", "np"}))
            subject_.fail("policy", wrong, "mend it");
        else if (!wrong.empty())
            subject_.warn("tag", wrong, "mend it, or take it out");
        if (!seen.insert(tag.name).second)
            subject_.warn("tag", cat(tag.name, "= is there more than once"), "leave one of them");
    }
    judge_policies(tags, *dmarc::parse_record(text));
    judge_reports(tags);
    subject_.ok(std::string(text));
}

void DmarcCheck::tell_absence(const std::vector<std::string>& texts)
{
    subject_.published = texts;
    if (!texts.empty())
        return subject_.fail(
            "syntax", "receivers do not see that this is DMARC: it must begin with v=DMARC1;",
            "mend the beginning of the record");
    const dmarc::Result result = dmarc::evaluate(
        {.author_domain = question_.domain, .spf_domain = {}, .dkim_domains = {}}, resolver_);
    if (result.record_domain.empty())
        return subject_.fail("missing", "there is none", "publish the record");
    subject_.ok(cat("that of ", result.record_domain, " applies: ", result.record));
}

/// What a receiver makes of mail that we send.
void DmarcCheck::judge_alignment()
{
    const auto passes = [&](Passes what) {
        return what == Passes::yes ? question_.domain : std::string();
    };
    dmarc::Request request{
        .author_domain = question_.domain, .spf_domain = passes(question_.spf), .dkim_domains = {}};
    if (question_.dkim == Passes::yes) request.dkim_domains.push_back(question_.domain);
    const dmarc::Result result = dmarc::evaluate(request, resolver_);
    Subject subject("alignment", cat(question_.domain, " alignment"), {}, findings_);
    const bool is_certain = question_.spf != Passes::unknown && question_.dkim != Passes::unknown;
    if (result.verdict == dmarc::Verdict::pass)
        subject.ok(cat("our own mail passes, by ", result.aligned_by));
    else if (result.verdict == dmarc::Verdict::fail && is_certain)
        subject.fail("fails", "our own mail fails DMARC: neither SPF nor DKIM passes",
                     "mend the SPF record and the DKIM keys first");
}

void DmarcCheck::run()
{
    const dns::Answer& answer = resolver_.query(cat("_dmarc.", question_.domain), dns::Type::txt);
    if (answer.status == dns::Status::temporary) return subject_.no_answer(answer);
    std::vector<std::string> records;
    std::copy_if(answer.texts.begin(), answer.texts.end(), std::back_inserter(records),
                 [](const std::string& text) { return dmarc::parse_record(text).has_value(); });
    subject_.published = records;
    if (records.empty()) return tell_absence(answer.texts);
    if (records.size() > 1)
        return subject_.fail("several", "there are several records, so receivers heed none",
                             "make one record of them");
    judge_record(records.front());
    judge_alignment();
}

} // namespace

void check_dmarc(const DmarcQuestion& question, dns::Resolver& resolver,
                 std::vector<Finding>& findings)
{
    DmarcCheck(question, resolver, findings).run();
}

} // namespace mn::publish
