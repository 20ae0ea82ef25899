#include "publish/policy_check.hpp"

#include "base/text.hpp"
#include "message/address.hpp"
#include "publish/host_check.hpp"
#include "publish/record_tags.hpp"
#include "publish/subject.hpp"

#include <algorithm>
#include <optional>

namespace mn::publish
{
namespace
{

// ----------------------------------------------------------------------------

/// The one record of the name that is of this version; the rest is told.
std::optional<std::string> only_record(const std::string& name, std::string_view version,
                                       Subject& subject, dns::Resolver& resolver)
{
    const dns::Answer& answer = resolver.query(name, dns::Type::txt);
    subject.published = answer.texts;
    if (answer.status == dns::Status::temporary) {
        subject.no_answer(answer);
    } else if (answer.texts.empty()) {
        subject.ok("not published; it is optional");
    } else if (answer.texts.size() > 1) {
        subject.fail("several", "there are several records, so receivers heed none",
                     "leave one record");
    } else if (!answer.texts.front().starts_with(version)) {
        subject.fail("syntax", cat("it must begin with ", version), "mend the record");
    } else {
        return answer.texts.front();
    }
    return std::nullopt;
}

} // namespace

/// [RFC8460 3]
void check_tls_report(const std::string& domain, const std::string& wanted, dns::Resolver& resolver,
                      std::vector<Finding>& findings)
{
    Subject subject("tlsrpt", cat(domain, " TLSRPT"), wanted, findings);
    const auto record = only_record(cat("_smtp._tls.", domain), "v=TLSRPTv1;", subject, resolver);
    if (!record) return;
    const auto tags = tags_of(*record);
    const std::string_view uris = value_of(tags, "rua");
    for (const std::string_view uri : split(uris, ',')) {
        const std::string start = lower(trim(uri).substr(0, 8));
        if (start.starts_with("mailto:") ? !parse_address(trim(trim(uri).substr(7)))
                                         : start != "https://")
            subject.fail("report-address",
                         uris.empty() ? "there is no rua=, so nobody gets reports"
                                      : cat("reports cannot be sent to ", trim(uri)),
                         "write rua=mailto:ADDRESS");
    }
    subject.ok(*record);
}

/// [RFC8461 3.1]
void check_mta_sts(const std::string& domain, dns::Resolver& resolver,
                   std::vector<Finding>& findings)
{
    Subject subject("mta-sts", cat(domain, " MTA-STS"), {}, findings);
    const auto record = only_record(cat("_mta-sts.", domain), "v=STSv1;", subject, resolver);
    if (!record) return;
    const auto tags = tags_of(*record);
    const std::string_view id = value_of(tags, "id");
    const bool is_good =
        !id.empty() && id.size() <= 32 && std::all_of(id.begin(), id.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        });
    if (!is_good) subject.fail("syntax", "id= wants 1 to 32 letters and digits", "mend the record");
    const Whereabouts server = look_up_host(cat("mta-sts.", domain), resolver);
    if (server.trouble != nullptr)
        subject.no_answer(*server.trouble);
    else if (server.addresses.empty())
        subject.fail("host",
                     cat("mta-sts.", domain, ", where others fetch the policy, has no address"),
                     "set up the web server for the policy, or take the record out");
    subject.ok(*record);
}

} // namespace mn::publish
