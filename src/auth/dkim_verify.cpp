#include "auth/dkim_verify.hpp"

#include "auth/body_hash.hpp"
#include "auth/dkim_key.hpp"
#include "auth/dkim_signature.hpp"
#include "auth/signature_check.hpp"
#include "auth/signed_fields.hpp"

#include <algorithm>
#include <optional>

namespace mn::dkim
{
namespace
{

struct Candidate {
    Signature signature;
    std::size_t index = 0; ///< among the fields
    std::size_t body = 0;  ///< among the body hashes
};

/// So much of every b= that different ones look different, but no less than 8. [RFC6008 4]
std::size_t telling_length(const std::vector<Candidate>& candidates)
{
    std::size_t length = 8;
    for (const Candidate& one : candidates)
        for (const Candidate& other : candidates) {
            const std::string& a = one.signature.base64;
            const std::string& b = other.signature.base64;
            if (a == b) continue;
            const auto differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
            length = std::max(length, static_cast<std::size_t>(differ - a.begin()) + 1);
        }
    return length;
}

Result result_of(const Signature& signature, const Outcome& outcome, std::size_t shown)
{
    Result result;
    result.verdict = outcome.verdict;
    result.domain = signature.domain;
    result.identity = signature.identity;
    result.selector = signature.selector;
    result.algorithm = signature.algorithm;
    result.signature_start = signature.base64.substr(0, shown);
    result.key_bits = outcome.key_bits;
    result.is_testing = outcome.is_testing;
    result.reason = outcome.reason;
    return result;
}

} // namespace

struct Verifier::State {
    State(std::string_view header, std::int64_t now);
    Outcome judge(const Candidate& candidate, dns::Resolver& resolver) const;

    SignedFields fields;
    BodyHashes hashes;
    std::vector<Candidate> candidates;
};

Verifier::State::State(std::string_view header, std::int64_t now) : fields(header)
{
    for (const std::size_t index : fields.places("DKIM-Signature")) {
        if (candidates.size() == max_signatures) break;
        Candidate candidate;
        candidate.index = index;
        candidate.signature = parse_signature(fields.all()[index], SignatureKind::dkim, now);
        const Signature& signature = candidate.signature;
        if (signature.verdict == Verdict::none)
            candidate.body = hashes.add(signature.body_form, signature.body_length);
        candidates.push_back(std::move(candidate));
    }
}

Outcome Verifier::State::judge(const Candidate& candidate, dns::Resolver& resolver) const
{
    const Signature& signature = candidate.signature;
    if (signature.verdict == Verdict::none)
        return check_signature(signature, fields, candidate.index, hashes, candidate.body,
                               resolver);
    Outcome outcome;
    outcome.verdict = signature.verdict;
    outcome.reason = signature.reason;
    return outcome;
}

Verifier::Verifier(std::string_view header, std::int64_t now)
    : state_(std::make_unique<State>(header, now))
{
}

Verifier::Verifier(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

void Verifier::prefetch_keys(dns::Resolver& resolver) const
{
    for (const Candidate& candidate : state_->candidates)
        if (candidate.signature.verdict == Verdict::none)
            resolver.prefetch(key_name(candidate.signature.selector, candidate.signature.domain),
                              dns::Type::txt);
}

void Verifier::body(std::string_view chunk)
{
    state_->hashes.update(chunk);
}

std::vector<Result> Verifier::finish(dns::Resolver& resolver)
{
    state_->hashes.finish();
    const std::size_t shown = telling_length(state_->candidates);
    std::vector<Result> results;
    for (const Candidate& candidate : state_->candidates)
        results.push_back(
            result_of(candidate.signature, state_->judge(candidate, resolver), shown));
    return results;
}

} // namespace mn::dkim
