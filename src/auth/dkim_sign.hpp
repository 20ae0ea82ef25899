// Sign a message while it streams by. [RFC6376 5]
//
//   dkim::Signer signer(header, {{.key = &key, .domain = "example.org", .selector = "default"}},
//   now); while (…) signer.body(chunk); std::string fields = signer.finish("\n");   // the
//   DKIM-Signature fields, to stand before the header
#pragma once

#include "auth/dkim.hpp"
#include "crypto/digest.hpp"
#include "crypto/key.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mn::dkim
{

/// One signature to make.
struct SigningKey {
    const crypto::PrivateKey* key = nullptr; ///< not owned
    std::string domain;
    std::string selector;
};

struct SigningOptions {
    Canonicalization header = Canonicalization::relaxed;
    Canonicalization body = Canonicalization::relaxed;
    /// Fields to sign, without From (always). Each is signed as often as it is there, and those of
    /// over_signed once more, so that none can be added. [RFC6376 8.15]
    std::vector<std::string> fields;      ///< empty: the recommended ones
    std::vector<std::string> over_signed; ///< empty: those whose addition would mislead
    std::int64_t expires_after = 0;       ///< seconds from now for x=; 0: no x=
};

class Signer
{
public:
    /// header: all fields, LF or CRLF; must outlive the object, like the keys.
    /// Throws Error 5.6.0 when the header has no From, or more than one, or begins in mid-field.
    Signer(std::string_view header, std::vector<SigningKey> keys, std::int64_t now,
           SigningOptions options = {});
    Signer(Signer&&) noexcept;
    ~Signer();

    void body(std::string_view chunk);
    /// In place of body(), for one body under several headers: its hash in the form of
    /// options.body, as BodyHashes makes it.
    void body_hash(const crypto::Sha256Value& hash);

    /// Complete fields with this line end, folded below 78 columns. Call once.
    std::string finish(std::string_view line_end);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mn::dkim
