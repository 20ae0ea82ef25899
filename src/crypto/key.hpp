// Keys that sign and verify: RSA with SHA-256, and Ed25519. The only user of EVP_PKEY.
//
//   const auto key = crypto::PrivateKey::from_pem(text);
//   std::string signature = key.sign(digest);                   // 32 bytes in, raw bytes out
//   bool good = public_key.verify(digest, signature);
#pragma once

#include "crypto/digest.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mn::crypto
{

enum class Algorithm : std::uint8_t { rsa, ed25519 };

std::string_view algorithm_name(Algorithm algorithm); ///< "rsa", "ed25519": the k= of a DKIM key

class PublicKey
{
public:
    /// DER of SubjectPublicKeyInfo, or of RSAPublicKey [RFC3447 A.1.1], which old DKIM keys hold.
    static std::optional<PublicKey> from_rsa_der(std::string_view der);
    /// The 32 bytes of an Ed25519 key. [RFC8463 4]
    static std::optional<PublicKey> from_ed25519(std::string_view bytes);

    PublicKey(PublicKey&&) noexcept;
    PublicKey& operator=(PublicKey&&) noexcept;
    ~PublicKey();

    Algorithm algorithm() const;
    unsigned bits() const; ///< of the RSA modulus; 256 for Ed25519

    /// RSA: PKCS #1 v1.5 with SHA-256 over the digest. Ed25519: PureEdDSA over the digest's 32
    /// bytes. [RFC6376 3.3.1] [RFC8463 3] False for whatever is not a good signature.
    bool verify(const Sha256Value& digest, std::string_view signature) const;

private:
    friend class PrivateKey;
    struct Handle;
    explicit PublicKey(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
};

class PrivateKey
{
public:
    /// A new key. bits is for RSA. Throws Error.
    static PrivateKey generate(Algorithm algorithm, unsigned bits = 2048);

    /// PKCS #8 ("PRIVATE KEY") or the older "RSA PRIVATE KEY", unencrypted. Throws Error 4.3.5
    /// whose detail says what is wrong with it, never what is in it.
    static PrivateKey from_pem(std::string_view pem);

    PrivateKey(PrivateKey&&) noexcept;
    PrivateKey& operator=(PrivateKey&&) noexcept;
    ~PrivateKey();

    Algorithm algorithm() const;
    unsigned bits() const;

    /// Raw signature, see PublicKey::verify(). Throws Error.
    std::string sign(const Sha256Value& digest) const;

    /// PKCS #8.
    std::string to_pem() const;

    /// What a DKIM record publishes, before base64: SubjectPublicKeyInfo of an RSA key, the 32
    /// bytes of an Ed25519 one. [RFC6376 3.6.1] [RFC8463 4]
    std::string public_bytes() const;
    PublicKey public_key() const;

private:
    struct Handle;
    explicit PrivateKey(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
};

} // namespace mn::crypto
