// The bh= of several signatures in one pass over the body. [RFC6376 3.7]
//
//   BodyHashes hashes;
//   const std::size_t mine = hashes.add(Canonicalization::relaxed, std::nullopt);
//   hashes.update(chunk); … hashes.finish();
//   hashes.value(mine)
//
// Whoever wants the same as somebody before shares the work.
#pragma once

#include "auth/canonical.hpp"
#include "crypto/digest.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mn::dkim
{

class BodyHashes
{
public:
    BodyHashes();
    ~BodyHashes();

    /// length: l=, how many bytes of the canonical body count. [RFC6376 3.5]
    std::size_t add(Canonicalization form, std::optional<std::uint64_t> length);

    /// How many different ones have been added.
    std::size_t size() const { return hashes_.size(); }

    void update(std::string_view chunk);
    void finish();

    /// After finish().
    const crypto::Sha256Value& value(std::size_t which) const;
    /// Bytes of the whole canonical body in the form of this one.
    std::uint64_t body_size(std::size_t which) const;

private:
    struct Hash;
    struct Form;
    Form& form_for(Canonicalization form);

    std::vector<std::unique_ptr<Hash>> hashes_;
    std::vector<std::unique_ptr<Form>> forms_;
};

} // namespace mn::dkim
