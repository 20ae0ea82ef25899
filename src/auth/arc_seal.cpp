#include "auth/arc.hpp"
#include "auth/arc_sets.hpp"
#include "auth/body_hash.hpp"
#include "auth/canonical.hpp"
#include "auth/names_to_sign.hpp"
#include "auth/signature_writer.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"

namespace mn::arc
{
namespace
{

using dkim::Canonicalization;
using dkim::SignatureWriter;
using dkim::SignedFields;

/// As DKIM does, and what signed the message before. [RFC8617 4.1.2]
std::vector<std::string> default_names(const SignedFields& fields)
{
    std::vector<std::string> names = dkim::names_to_sign(fields, {});
    names.insert(names.end(), fields.places("DKIM-Signature").size(), "DKIM-Signature");
    return names;
}

std::string algorithm_of(const dkim::SigningKey& key)
{
    return cat(crypto::algorithm_name(key.key->algorithm()), "-sha256");
}

} // namespace

struct Sealer::State {
    State(std::string_view header, const Result& result, dkim::SigningKey signing_key,
          std::int64_t time, std::vector<std::string> signed_names);

    bool may_continue() const;
    std::string sign_message(const std::string& results_field) const;
    std::string seal(const std::string& results_field, const std::string& signature_field,
                     std::string_view line_end) const;

    std::string_view original;
    SignedFields fields;
    Sets sets;
    Verdict chain;
    dkim::SigningKey key;
    std::int64_t now;
    std::vector<std::string> names;
    std::string instance;
    dkim::BodyHashes hashes;
    std::string body_hash; ///< in base 64; known from the beginning where somebody has it already
};

Sealer::State::State(std::string_view header, const Result& result, dkim::SigningKey signing_key,
                     std::int64_t time, std::vector<std::string> signed_names)
    : original(header), fields(header), sets(fields), chain(result.verdict),
      key(std::move(signing_key)), now(time), names(std::move(signed_names)),
      instance(std::to_string(sets.highest + 1))
{
    hashes.add(Canonicalization::relaxed, std::nullopt);
}

/// Not after a failure was sealed, nor beyond the last instance; and while nobody knows whether the
/// chain is good, neither cv= would be true. [RFC8617 5.1.2] [RFC8617 4.2.1]
bool Sealer::State::may_continue() const
{
    return !sets.has_failed && sets.highest < max_instances && chain != Verdict::temperror;
}

/// The ARC-Message-Signature, with CRLF.
std::string Sealer::State::sign_message(const std::string& results_field) const
{
    // h= may name the results that are being added.
    const std::string header = cat(results_field, original);
    const SignedFields all(header);
    const std::vector<std::string> signed_names = names.empty() ? default_names(all) : names;
    SignatureWriter field(signature_name);
    field.tag("a", algorithm_of(key));
    field.signature();
    field.tag("bh", body_hash);
    field.tag("c", "relaxed/relaxed");
    field.tag("d", key.domain);
    field.list("h", signed_names);
    field.tag("i", instance);
    field.tag("s", key.selector);
    field.tag("t", std::to_string(now));

    crypto::Sha256 digest;
    all.select({signed_names.begin(), signed_names.end()}, SignedFields::npos,
               [&](const HeaderField& covered) {
                   digest.update(dkim::canonical_field(Canonicalization::relaxed, covered.text));
               });
    digest.update(field.to_sign(Canonicalization::relaxed));
    // One line: the seal covers b= as it stands, and this is how the common test suite has it.
    return field.complete(key.key->sign(digest.finish()), "\r\n", dkim::Layout::one_line);
}

/// A good chain is sealed from its beginning; of a broken one only the new set, for nobody can
/// tell what the rest was. [RFC8617 5.1.1] [RFC8617 5.1.2]
std::string Sealer::State::seal(const std::string& results_field,
                                const std::string& signature_field, std::string_view line_end) const
{
    crypto::Sha256 digest;
    if (chain == Verdict::pass)
        for (const Set& set : sets.sets)
            digest.update(sealed_fields(fields, set, true));
    for (const std::string& added : {results_field, signature_field})
        digest.update(dkim::canonical_field(Canonicalization::relaxed, added));
    SignatureWriter field(seal_name);
    field.tag("a", algorithm_of(key));
    field.signature();
    field.tag("cv", verdict_name(chain));
    field.tag("d", key.domain);
    field.tag("i", instance);
    field.tag("s", key.selector);
    field.tag("t", std::to_string(now));
    digest.update(field.to_sign(Canonicalization::relaxed));
    return field.complete(key.key->sign(digest.finish()), line_end);
}

Sealer::Sealer(std::string_view header, const Result& chain, dkim::SigningKey key, std::int64_t now,
               std::vector<std::string> fields)
    : state_(std::make_unique<State>(header, chain, std::move(key), now, std::move(fields)))
{
}

Sealer::Sealer(Sealer&&) noexcept = default;
Sealer::~Sealer() = default;

void Sealer::body(std::string_view chunk)
{
    state_->hashes.update(chunk);
}

void Sealer::body_hash(const crypto::Sha256Value& hash)
{
    state_->body_hash = base64::encode(crypto::bytes_of(hash));
}

std::string Sealer::finish(std::string_view results, std::string_view line_end)
{
    State& state = *state_;
    if (state.body_hash.empty()) {
        state.hashes.finish();
        state.body_hash = base64::encode(crypto::bytes_of(state.hashes.value(0)));
    }
    if (!state.may_continue()) return {};
    const std::string value = cat("i=", state.instance, "; ", trim(results));
    const std::string results_field = make_field(results_name, value, line_end);
    const std::string signature_field = state.sign_message(results_field);
    const std::string seal = state.seal(results_field, signature_field, line_end);
    return cat(seal, dkim::with_line_end(signature_field, line_end), results_field);
}

} // namespace mn::arc
