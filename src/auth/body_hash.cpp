#include "auth/body_hash.hpp"

#include <algorithm>

namespace mn::dkim
{

/// One body in one form, cut off at one length.
struct BodyHashes::Hash {
    const Form* form;
    std::optional<std::uint64_t> length;
    std::uint64_t left;
    crypto::Sha256 digest;
    crypto::Sha256Value value{};

    void update(std::string_view bytes)
    {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size()));
        if (count > 0) digest.update(bytes.substr(0, count));
        left -= count;
    }
};

struct BodyHashes::Form {
    explicit Form(Canonicalization wanted)
        : form(wanted), body(wanted, [this](std::string_view bytes) { take(bytes); })
    {
    }

    void take(std::string_view bytes)
    {
        size += bytes.size();
        for (Hash* hash : hashes)
            hash->update(bytes);
    }

    Canonicalization form;
    std::uint64_t size = 0;
    std::vector<Hash*> hashes;
    BodyCanonicalizer body;
};

BodyHashes::BodyHashes() = default;
BodyHashes::~BodyHashes() = default;

BodyHashes::Form& BodyHashes::form_for(Canonicalization form)
{
    for (const auto& known : forms_)
        if (known->form == form) return *known;
    forms_.push_back(std::make_unique<Form>(form));
    return *forms_.back();
}

std::size_t BodyHashes::add(Canonicalization form, std::optional<std::uint64_t> length)
{
    Form& body = form_for(form);
    for (std::size_t i = 0; i < hashes_.size(); ++i)
        if (hashes_[i]->form == &body && hashes_[i]->length == length) return i;
    const std::uint64_t all = length.value_or(~std::uint64_t{0});
    hashes_.push_back(std::unique_ptr<Hash>(new Hash{&body, length, all, {}, {}}));
    body.hashes.push_back(hashes_.back().get());
    return hashes_.size() - 1;
}

void BodyHashes::update(std::string_view chunk)
{
    for (const auto& form : forms_)
        form->body.update(chunk);
}

void BodyHashes::finish()
{
    for (const auto& form : forms_)
        form->body.finish();
    for (const auto& hash : hashes_)
        hash->value = hash->digest.finish();
}

const crypto::Sha256Value& BodyHashes::value(std::size_t which) const
{
    return hashes_[which]->value;
}

std::uint64_t BodyHashes::body_size(std::size_t which) const
{
    return hashes_[which]->form->size;
}

} // namespace mn::dkim
