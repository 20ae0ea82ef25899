#include "auth/signature_check.hpp"

#include "auth/dkim_key.hpp"
#include "base/text.hpp"

namespace mn::dkim
{
namespace
{

/// What is wrong with the body; empty when nothing is.
std::string body_problem(const Signature& signature, const BodyHashes& hashes, std::size_t body)
{
    if (signature.body_length && *signature.body_length > hashes.body_size(body))
        return "the body is shorter than l= says";
    if (crypto::bytes_of(hashes.value(body)) != signature.body_hash)
        return "body hash did not verify";
    return {};
}

/// l= lets anybody add to the body: whoever trusts the result should know. [RFC6376 8.2]
std::string pass_reason(const Signature& signature, std::uint64_t body_size)
{
    if (!signature.body_length || *signature.body_length >= body_size) return {};
    return cat("covers only the first ", std::to_string(*signature.body_length), " of ",
               std::to_string(body_size), " bytes of the body");
}

} // namespace

Outcome check_signature(const Signature& signature, const SignedFields& fields, std::size_t index,
                        const BodyHashes& hashes, std::size_t body, dns::Resolver& resolver)
{
    Outcome outcome;
    const auto end = [&](Verdict verdict, std::string reason) {
        outcome.verdict = verdict;
        outcome.reason = std::move(reason);
        return outcome;
    };
    // Before the key: a body that was changed is a failure even while the DNS is down.
    if (std::string problem = body_problem(signature, hashes, body); !problem.empty())
        return end(Verdict::fail, std::move(problem));
    KeyAnswer answer =
        find_key(signature.selector, signature.domain, signature.key_algorithm, resolver);
    outcome.is_testing = answer.is_testing;
    if (answer.key) outcome.key_bits = answer.key->bits();
    if (answer.verdict != Verdict::none) return end(answer.verdict, std::move(answer.reason));
    if (answer.wants_same_domain && !identity_is_of_domain(signature))
        return end(Verdict::permerror, "the key does not allow i= below its domain");
    if (!answer.key->verify(header_hash(signature, fields, index), signature.bytes))
        return end(Verdict::fail, "signature did not verify");
    return end(Verdict::pass, pass_reason(signature, hashes.body_size(body)));
}

} // namespace mn::dkim
