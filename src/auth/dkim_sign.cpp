#include "auth/dkim_sign.hpp"

#include "auth/body_hash.hpp"
#include "auth/canonical.hpp"
#include "auth/names_to_sign.hpp"
#include "auth/signature_writer.hpp"
#include "auth/signed_fields.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"

namespace mn::dkim
{
namespace
{

std::string_view form_name(Canonicalization form)
{
    return form == Canonicalization::simple ? "simple" : "relaxed";
}

} // namespace

struct Signer::State {
    State(std::string_view header, std::vector<SigningKey> signing_keys, std::int64_t time,
          SigningOptions chosen);
    std::string sign(const SigningKey& key, std::string_view line_end) const;

    std::vector<SigningKey> keys;
    std::int64_t now;
    SigningOptions options;
    std::vector<std::string> names;
    std::string signed_fields; ///< canonical
    BodyHashes hashes;
    std::string body_hash; ///< in base 64; known from the beginning where somebody has it already
};

Signer::State::State(std::string_view header, std::vector<SigningKey> signing_keys,
                     std::int64_t time, SigningOptions chosen)
    : keys(std::move(signing_keys)), now(time), options(std::move(chosen))
{
    const SignedFields fields(header);
    // It would become the end of the signature that is put before it.
    if (header.starts_with(' ') || header.starts_with('\t'))
        throw Error("5.6.0", "the message begins with a folded line");
    // [RFC5322 3.6]
    if (const std::size_t count = fields.places("From").size(); count != 1)
        throw Error("5.6.0", count == 0 ? "the message has no From field"
                                        : "the message has more than one From field");
    names = names_to_sign(fields, options);
    fields.select({names.begin(), names.end()}, SignedFields::npos, [&](const HeaderField& field) {
        signed_fields.append(canonical_field(options.header, field.text));
    });
    hashes.add(options.body, std::nullopt);
}

std::string Signer::State::sign(const SigningKey& key, std::string_view line_end) const
{
    SignatureWriter field("DKIM-Signature");
    field.tag("v", "1");
    field.tag("a", cat(crypto::algorithm_name(key.key->algorithm()), "-sha256"));
    field.tag("c", cat(form_name(options.header), "/", form_name(options.body)));
    field.tag("d", key.domain);
    field.tag("s", key.selector);
    field.tag("t", std::to_string(now));
    if (options.expires_after > 0) field.tag("x", std::to_string(now + options.expires_after));
    field.list("h", names);
    field.tag("bh", body_hash);
    field.signature();

    crypto::Sha256 digest;
    digest.update(signed_fields);
    digest.update(field.to_sign(options.header));
    return field.complete(key.key->sign(digest.finish()), line_end);
}

Signer::Signer(std::string_view header, std::vector<SigningKey> keys, std::int64_t now,
               SigningOptions options)
    : state_(std::make_unique<State>(header, std::move(keys), now, std::move(options)))
{
}

Signer::Signer(Signer&&) noexcept = default;
Signer::~Signer() = default;

void Signer::body(std::string_view chunk)
{
    state_->hashes.update(chunk);
}

void Signer::body_hash(const crypto::Sha256Value& hash)
{
    state_->body_hash = base64::encode(crypto::bytes_of(hash));
}

std::string Signer::finish(std::string_view line_end)
{
    State& state = *state_;
    if (state.body_hash.empty()) {
        state.hashes.finish();
        state.body_hash = base64::encode(crypto::bytes_of(state.hashes.value(0)));
    }
    std::string fields;
    for (const SigningKey& key : state.keys)
        fields.append(state.sign(key, line_end));
    return fields;
}

} // namespace mn::dkim
