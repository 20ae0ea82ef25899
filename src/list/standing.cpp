#include "list/standing.hpp"

#include "auth/authres.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

using authres::Method;
using Vouched = Standing::Vouched;
using Policy = Standing::Policy;

/// One is the other, or lies below it. A single label is no domain that anybody has.
bool is_aligned(std::string_view a, std::string_view b)
{
    const std::string longer = lower(a.size() < b.size() ? b : a);
    const std::string shorter = lower(a.size() < b.size() ? a : b);
    if (shorter.find('.') == std::string::npos || !longer.ends_with(shorter)) return false;
    return longer.size() == shorter.size() || longer[longer.size() - shorter.size() - 1] == '.';
}

std::string_view domain_of(std::string_view address)
{
    const std::size_t at = address.rfind('@');
    return at == std::string_view::npos ? address : address.substr(at + 1);
}

bool has_good_signature(const authres::Results& results, std::string_view author_domain)
{
    return std::any_of(results.methods.begin(), results.methods.end(), [&](const Method& method) {
        return method.method == "dkim" && method.result == "pass" &&
               is_aligned(method.property("header", "d"), author_domain);
    });
}

bool has_good_sender(const authres::Results& results, std::string_view author_domain)
{
    return std::any_of(results.methods.begin(), results.methods.end(), [&](const Method& method) {
        return method.method == "spf" && method.result == "pass" &&
               is_aligned(domain_of(method.property("smtp", "mailfrom")), author_domain);
    });
}

/// Of the comment that mn-verify writes: "p=reject, testing", "p=none, overridden: …".
Policy policy_of(const Method& method)
{
    const std::string_view comment = method.comment;
    const std::string_view first = comment.substr(0, comment.find(','));
    if (first == "p=reject") return Policy::reject;
    if (first == "p=quarantine") return Policy::quarantine;
    return Policy::none;
}

/// A sealer that we trust has seen DMARC pass.
bool is_overridden(const Method& method)
{
    return method.comment.find(", overridden: ARC sealed by ") != std::string::npos;
}

Standing judge(const authres::Results& results, const Method& method)
{
    const std::string_view domain = method.property("header", "from");
    Standing standing;
    standing.policy = policy_of(method);
    standing.dkim_holds = has_good_signature(results, domain);
    if (method.result == "pass" || (method.result == "fail" && is_overridden(method)))
        standing.vouched = Vouched::yes;
    else if (method.result == "fail")
        standing.vouched = Vouched::no;
    else if (method.result == "temperror")
        standing.vouched = Vouched::temporary;
    else if (standing.dkim_holds || has_good_sender(results, domain))
        standing.vouched = Vouched::weak;
    return standing;
}

/// The higher, the less it is worth.
int doubt_about(Vouched vouched)
{
    switch (vouched) {
    case Vouched::local:
        return 0;
    case Vouched::yes:
        return 1;
    case Vouched::weak:
        return 2;
    case Vouched::unknown:
        return 3;
    case Vouched::temporary:
        return 4;
    case Vouched::no:
        return 5;
    }
    return 5;
}

void add_worst(Standing& standing, const Standing& other)
{
    if (doubt_about(other.vouched) > doubt_about(standing.vouched))
        standing.vouched = other.vouched;
    standing.policy = std::max(standing.policy, other.policy);
    standing.dkim_holds = standing.dkim_holds && other.dkim_holds;
}

} // namespace

Standing standing_of(std::string_view header, std::string_view authserv_id)
{
    const auto results = authres::find(header, authserv_id);
    if (!results) return {Vouched::local, Policy::none, false};
    Standing worst{Vouched::local, Policy::none, true};
    bool is_judged = false;
    for (const Method& method : results->methods) {
        if (method.method != "dmarc") continue;
        add_worst(worst, judge(*results, method));
        is_judged = true;
    }
    return is_judged ? worst : Standing{};
}

} // namespace mn::list
