#include "auth/arc.hpp"
#include "auth/arc_sets.hpp"
#include "auth/body_hash.hpp"
#include "auth/canonical.hpp"
#include "auth/dkim_key.hpp"
#include "auth/dkim_signature.hpp"
#include "auth/result_word.hpp"
#include "auth/signature_check.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mn::arc
{
namespace
{

using dkim::SignedFields;

/// Different ways to hash the body that one message may make us go.
constexpr std::size_t max_body_hashes = 10;

/// Chains are short; the keys of a long one are asked for when it has been good so far.
constexpr std::size_t max_prefetched = 10;

constexpr std::size_t no_hash = SignedFields::npos;

/// An ARC-Message-Signature, ready to be verified.
struct MessageSignature {
    dkim::Signature signature;
    std::size_t body = no_hash; ///< which body hash is its own
};

/// A seal signs the seals: a signature over one is not allowed. [RFC8617 4.1.2]
bool signs_a_seal(const dkim::Signature& signature)
{
    return std::any_of(signature.fields.begin(), signature.fields.end(),
                       [](std::string_view name) { return equal_ignoring_case(name, seal_name); });
}

} // namespace

std::string_view verdict_name(Verdict verdict)
{
    return auth::result_word(verdict);
}

struct Verifier::State {
    State(std::string_view header, std::int64_t now);

    dkim::Outcome check_message_signature(std::size_t instance, dns::Resolver& resolver) const;
    dkim::Outcome check_seal(std::size_t instance, std::string_view before,
                             dns::Resolver& resolver) const;
    dkim::Outcome check_seals(dns::Resolver& resolver) const;
    dkim::Outcome check_chain(dns::Resolver& resolver) const;
    unsigned oldest_pass(dns::Resolver& resolver) const;
    Result describe() const;

    SignedFields fields;
    Sets sets;
    dkim::BodyHashes hashes;
    std::vector<MessageSignature> signatures;
};

Verifier::State::State(std::string_view header, std::int64_t now) : fields(header), sets(fields)
{
    if (!sets.problem.empty()) return;
    signatures.resize(sets.sets.size());
    // The newest first: it is the one that must be verified.
    for (std::size_t i = signatures.size(); i-- > 0;) {
        MessageSignature& mine = signatures[i];
        mine.signature = dkim::parse_signature(fields.all()[sets.sets[i].signature],
                                               dkim::SignatureKind::arc_message, now);
        if (mine.signature.verdict == dkim::Verdict::none && hashes.size() < max_body_hashes)
            mine.body = hashes.add(mine.signature.body_form, mine.signature.body_length);
    }
}

dkim::Outcome Verifier::State::check_message_signature(std::size_t instance,
                                                       dns::Resolver& resolver) const
{
    const auto& [signature, body] = signatures[instance];
    dkim::Outcome outcome;
    outcome.verdict = dkim::Verdict::fail;
    if (signature.verdict != dkim::Verdict::none)
        outcome.reason = signature.reason;
    else if (signs_a_seal(signature))
        outcome.reason = "it signs an ARC-Seal";
    else if (body == no_hash)
        outcome.reason = "too many different signatures";
    else
        outcome = dkim::check_signature(signature, fields, sets.sets[instance].signature, hashes,
                                        body, resolver);
    return outcome;
}

/// before: all that the seal covers but itself.
dkim::Outcome Verifier::State::check_seal(std::size_t instance, std::string_view before,
                                          dns::Resolver& resolver) const
{
    const Seal& seal = sets.sets[instance].seal;
    const auto end = [](dkim::Verdict verdict, std::string reason) {
        dkim::Outcome outcome;
        outcome.verdict = verdict;
        outcome.reason = std::move(reason);
        return outcome;
    };
    dkim::KeyAnswer answer = dkim::find_key(seal.selector, seal.domain, seal.algorithm, resolver);
    if (answer.verdict != dkim::Verdict::none) return end(answer.verdict, std::move(answer.reason));
    crypto::Sha256 digest;
    digest.update(before);
    digest.update(
        dkim::canonical_signature_field(dkim::Canonicalization::relaxed, seal.text, seal.raw_b));
    if (!answer.key->verify(digest.finish(), seal.bytes))
        return end(dkim::Verdict::fail, "signature did not verify");
    return end(dkim::Verdict::pass, {});
}

/// A seal that is wrong for good is worse than one whose key is not to be had now.
dkim::Outcome Verifier::State::check_seals(dns::Resolver& resolver) const
{
    std::string before;
    dkim::Outcome worst;
    worst.verdict = dkim::Verdict::pass;
    for (std::size_t i = 0; i < sets.sets.size(); ++i) {
        before.append(sealed_fields(fields, sets.sets[i], false));
        dkim::Outcome outcome = check_seal(i, before, resolver);
        if (outcome.verdict != dkim::Verdict::pass) {
            outcome.reason = cat(seal_name, " i=", std::to_string(i + 1), ": ", outcome.reason);
            worst = std::move(outcome);
            if (worst.verdict != dkim::Verdict::temperror) break;
        }
        before.append(dkim::canonical_field(dkim::Canonicalization::relaxed,
                                            fields.all()[sets.sets[i].seal_place].text));
    }
    return worst;
}

/// [RFC8617 5.2] The newest signature first: whoever has no key ends there.
dkim::Outcome Verifier::State::check_chain(dns::Resolver& resolver) const
{
    const std::size_t newest = sets.sets.size() - 1;
    dkim::Outcome outcome = check_message_signature(newest, resolver);
    outcome.reason = cat(signature_name, " i=", std::to_string(newest + 1), ": ", outcome.reason);
    if (outcome.verdict != dkim::Verdict::pass && outcome.verdict != dkim::Verdict::temperror)
        return outcome;
    dkim::Outcome seals = check_seals(resolver);
    const bool seals_decide =
        seals.verdict != dkim::Verdict::pass &&
        (outcome.verdict == dkim::Verdict::pass || seals.verdict != dkim::Verdict::temperror);
    if (seals_decide) return seals;
    if (outcome.verdict == dkim::Verdict::pass) outcome.reason.clear();
    return outcome;
}

unsigned Verifier::State::oldest_pass(dns::Resolver& resolver) const
{
    for (std::size_t i = sets.sets.size() - 1; i-- > 0;)
        if (check_message_signature(i, resolver).verdict != dkim::Verdict::pass)
            return static_cast<unsigned>(i + 2);
    return 0;
}

Result Verifier::State::describe() const
{
    Result result;
    if (!sets.problem.empty()) return result;
    result.instances = static_cast<unsigned>(sets.sets.size());
    for (const Set& set : sets.sets) {
        result.sealers.push_back(set.seal.domain);
        result.results.push_back(results_of(fields.all()[set.results]));
    }
    return result;
}

Verifier::Verifier(std::string_view header, std::int64_t now)
    : state_(std::make_unique<State>(header, now))
{
}

Verifier::Verifier(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

void Verifier::prefetch_keys(dns::Resolver& resolver) const
{
    const State& state = *state_;
    const auto prefetch = [&](const std::string& selector, const std::string& domain) {
        resolver.prefetch(dkim::key_name(selector, domain), dns::Type::txt);
    };
    const std::size_t count = state.signatures.size();
    for (std::size_t i = count; i-- > count - std::min(count, max_prefetched);) {
        const dkim::Signature& signature = state.signatures[i].signature;
        if (signature.verdict == dkim::Verdict::none)
            prefetch(signature.selector, signature.domain);
        prefetch(state.sets.sets[i].seal.selector, state.sets.sets[i].seal.domain);
    }
}

void Verifier::body(std::string_view chunk)
{
    state_->hashes.update(chunk);
}

Result Verifier::finish(dns::Resolver& resolver)
{
    State& state = *state_;
    Result result = state.describe();
    if (!state.sets.is_there()) return result;
    result.verdict = Verdict::fail;
    if (state.sets.has_failed) {
        result.reason = "the chain was sealed as failed before";
        return result;
    }
    if (!state.sets.problem.empty()) {
        result.reason = state.sets.problem;
        return result;
    }
    state.hashes.finish();
    dkim::Outcome outcome = state.check_chain(resolver);
    result.reason = std::move(outcome.reason);
    if (outcome.verdict == dkim::Verdict::temperror) result.verdict = Verdict::temperror;
    if (outcome.verdict != dkim::Verdict::pass) return result;
    result.verdict = Verdict::pass;
    result.oldest_pass = state.oldest_pass(resolver);
    return result;
}

} // namespace mn::arc
