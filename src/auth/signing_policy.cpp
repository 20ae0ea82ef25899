#include "auth/signing_policy.hpp"

#include "auth/dkim_signature.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::auth
{
namespace
{

using Action = SigningDecision::Action;

SigningDecision refuse(std::string reason)
{
    return {Action::refuse, {}, std::move(reason), false};
}

SigningDecision pass(std::string reason, bool is_odd)
{
    return {Action::pass, {}, std::move(reason), is_odd};
}

/// The domain and, if so configured, those above it, but never a top-level one.
std::vector<std::string> candidates(std::string_view domain, bool with_parents)
{
    std::vector<std::string> names{std::string(domain)};
    for (std::size_t dot = 0; with_parents && (dot = domain.find('.')) != std::string_view::npos;) {
        domain.remove_prefix(dot + 1);
        if (domain.find('.') != std::string_view::npos) names.emplace_back(domain);
    }
    return names;
}

std::string author_problem(const Author& author)
{
    switch (author.kind) {
    case Author::Kind::missing:
        return "there is no address in the From field";
    case Author::Kind::several:
        return "the From field names more than one domain";
    case Author::Kind::malformed:
        return "the From field cannot be read";
    case Author::Kind::one_domain:
        break;
    }
    return {};
}

/// The address in the From field that the login may not use; empty when there is none.
std::string forbidden_address(const Author& author, const Origin& origin,
                              const SigningSettings& settings)
{
    if (!settings.may_send) return {};
    for (const Mailbox& mailbox : author.mailboxes) {
        std::string address = cat(mailbox.local, "@", mailbox.domain);
        if (!settings.may_send(origin.login, address)) return address;
    }
    return {};
}

} // namespace

SigningDecision decide(const Author& author, const Origin& origin, const SigningSettings& settings)
{
    const bool has_login = !origin.login.empty();
    if (std::string problem = author_problem(author); !problem.empty())
        return has_login ? refuse(std::move(problem)) : pass(std::move(problem), true);
    if (has_login)
        if (const std::string address = forbidden_address(author, origin, settings);
            !address.empty())
            return refuse(
                cat("the From address ", printable(address), " may not be used by this account"));
    if (!has_login && !origin.is_by_hand && origin.has_received)
        return pass("it came from elsewhere", false);

    const auto names = candidates(author.domain, settings.with_parents);
    const auto is_ours = [&](const std::string& name) {
        return settings.domains.empty() ||
               std::find(settings.domains.begin(), settings.domains.end(), name) !=
                   settings.domains.end();
    };
    const auto ours = std::find_if(names.begin(), names.end(), is_ours);
    if (ours == names.end())
        return pass(cat(printable(author.domain), " is not a domain of ours"), false);
    const auto key_domain = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
        return is_ours(name) && settings.has_keys(name);
    });
    if (key_domain == names.end())
        return pass(cat("there is no key for ", printable(author.domain)), true);
    return {Action::sign, *key_domain, {}, false};
}

bool is_signed_by(std::string_view header, std::string_view domain, std::string_view selector,
                  std::int64_t now)
{
    const auto fields = header_fields(header);
    return std::any_of(fields.begin(), fields.end(), [&](const HeaderField& field) {
        if (!field.is("DKIM-Signature")) return false;
        const dkim::Signature signature =
            dkim::parse_signature(field, dkim::SignatureKind::dkim, now);
        return signature.verdict == dkim::Verdict::none && signature.domain == lower(domain) &&
               signature.selector == lower(selector);
    });
}

} // namespace mn::auth
