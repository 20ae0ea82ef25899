#include "auth/verdict.hpp"
#include "base/text.hpp"

namespace mn::auth
{
namespace
{

constexpr std::size_t max_value = 300; ///< of one property: addresses are no longer

authres::Property property(std::string type, std::string name, std::string_view value)
{
    return {std::move(type), std::move(name), std::string(value.substr(0, max_value))};
}

/// [RFC8601 2.7.2]
authres::Method spf_method(const spf::Result& result, std::string name, std::string_view value)
{
    authres::Method method;
    method.method = "spf";
    method.result = spf::verdict_name(result.verdict);
    method.comment = result.reason.substr(0, max_value);
    method.properties.push_back(property("smtp", std::move(name), value));
    return method;
}

/// [RFC8601 2.7.1] [RFC6008 4]
authres::Method dkim_method(const dkim::Result& result)
{
    authres::Method method;
    method.method = "dkim";
    method.result = dkim::verdict_name(result.verdict);
    if (result.verdict == dkim::Verdict::pass && result.key_bits != 0)
        method.comment =
            cat(std::to_string(result.key_bits), "-bit key", result.is_testing ? ", testing" : "");
    method.reason = result.reason.substr(0, max_value);
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) method.properties.push_back(property("header", name, value));
    };
    add("d", result.domain);
    add("i", result.identity);
    add("s", result.selector);
    add("a", result.algorithm);
    add("b", result.signature_start);
    return method;
}

/// [RFC8617 6] header.oldest-pass, smtp.remote-ip
authres::Method arc_method(const arc::Result& result, const Envelope& envelope)
{
    authres::Method method;
    method.method = "arc";
    method.result = arc::verdict_name(result.verdict);
    if (result.instances != 0 && !result.sealers.empty())
        method.comment = cat("i=", std::to_string(result.instances), " by ",
                             std::string_view(result.sealers.back()).substr(0, max_value));
    method.reason = result.reason.substr(0, max_value);
    if (result.verdict == arc::Verdict::pass)
        method.properties.push_back(
            property("header", "oldest-pass", std::to_string(result.oldest_pass)));
    if (envelope.client)
        method.properties.push_back(property("smtp", "remote-ip", envelope.client->text()));
    return method;
}

/// policy.dmarc: where the policy is carried out
authres::Method dmarc_method(const AuthorResult& author, const Settings& settings)
{
    const dmarc::Result& result = author.dmarc;
    authres::Method method;
    method.method = "dmarc";
    method.result = dmarc::verdict_name(result.verdict);
    if (!result.record_domain.empty())
        method.comment =
            cat("p=", dmarc::policy_name(result.policy), result.is_testing ? ", testing" : "");
    if (!author.override_sealer.empty())
        method.comment.append(cat(", overridden: ARC sealed by ", author.override_sealer));
    if (result.verdict != dmarc::Verdict::pass) method.reason = result.reason.substr(0, max_value);
    method.properties.push_back(property("header", "from", author.domain));
    const bool is_carried_out = settings.obeys_policy && author.override_sealer.empty() &&
                                result.verdict == dmarc::Verdict::fail &&
                                result.policy != dmarc::Policy::none;
    if (is_carried_out)
        method.properties.push_back(property("policy", "dmarc", dmarc::policy_name(result.policy)));
    return method;
}

/// No author, so nobody's policy.
authres::Method no_author_method(const Author& author)
{
    authres::Method method;
    method.method = "dmarc";
    method.result = "permerror";
    method.reason = author.kind == Author::Kind::missing ? "no author domain in the From field"
                                                         : "the From field cannot be read";
    return method;
}

} // namespace

authres::Results results_of(const Judgement& judgement, const Envelope& envelope,
                            const Settings& settings)
{
    authres::Results results;
    results.authserv_id = settings.authserv_id;
    auto& methods = results.methods;
    if (judgement.helo) methods.push_back(spf_method(*judgement.helo, "helo", envelope.helo));
    // For the null sender that was both.
    if (judgement.mail_from && !envelope.sender.empty())
        methods.push_back(spf_method(*judgement.mail_from, "mailfrom", envelope.sender));
    for (const dkim::Result& signature : judgement.signatures)
        methods.push_back(dkim_method(signature));
    if (judgement.signatures.empty()) methods.push_back({"dkim", "none", {}, {}, {}});
    const bool has_chain =
        judgement.chain.verdict != arc::Verdict::none || !judgement.chain.reason.empty();
    if (has_chain) methods.push_back(arc_method(judgement.chain, envelope));
    for (const AuthorResult& author : judgement.authors)
        methods.push_back(dmarc_method(author, settings));
    if (judgement.authors.empty()) methods.push_back(no_author_method(judgement.author));
    return results;
}

} // namespace mn::auth
