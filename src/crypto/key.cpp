#include "crypto/key.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/key_der.hpp"
#include "crypto/openssl.hpp"

#include <limits>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace mn::crypto
{
namespace
{

using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Digest = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Bio = Owned<BIO, BIO_free>;

constexpr std::size_t ed25519_size = 32;
constexpr unsigned ed25519_bits = 256;

std::optional<Algorithm> algorithm_of(const EVP_PKEY* key)
{
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
        return Algorithm::rsa;
    case EVP_PKEY_ED25519:
        return Algorithm::ed25519;
    default:
        return std::nullopt;
    }
}

unsigned bits_of(const EVP_PKEY* key, Algorithm algorithm)
{
    if (algorithm == Algorithm::ed25519) return ed25519_bits;
    return static_cast<unsigned>(EVP_PKEY_get_bits(key));
}

[[noreturn]] void refuse_pem(std::string_view why)
{
    ERR_clear_error();
    throw Error("4.3.5", "mail system incorrectly configured", cat("no usable private key: ", why));
}

/// Ready to sign or verify a SHA-256 digest by PKCS #1 v1.5; empty when OpenSSL refuses the key.
KeyContext rsa_context(EVP_PKEY* key, int (*init)(EVP_PKEY_CTX*))
{
    KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (!context || init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context.get(), sha256_method()) != 1)
        context.reset();
    return context;
}

std::string sign_rsa(EVP_PKEY* key, const Sha256Value& digest)
{
    const KeyContext context = rsa_context(key, EVP_PKEY_sign_init);
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
    std::string signature(size, '\0');
    if (!context || EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                  &size, digest.data(), digest.size()) != 1)
        throw_openssl("sign with RSA");
    signature.resize(size);
    return signature;
}

std::string sign_ed25519(EVP_PKEY* key, const Sha256Value& digest)
{
    const Digest context(EVP_MD_CTX_new());
    std::size_t size = 2 * ed25519_size;
    std::string signature(size, '\0');
    // [RFC8463 3]: the digest is the message that PureEdDSA signs.
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       digest.data(), digest.size()) != 1)
        throw_openssl("sign with Ed25519");
    signature.resize(size);
    return signature;
}

bool verify_ed25519(EVP_PKEY* key, const Sha256Value& digest, std::string_view signature)
{
    const Digest context(EVP_MD_CTX_new());
    return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), octets(signature), signature.size(), digest.data(),
                            digest.size()) == 1;
}

bool verify_rsa(EVP_PKEY* key, const Sha256Value& digest, std::string_view signature)
{
    const KeyContext context = rsa_context(key, EVP_PKEY_verify_init);
    return context && EVP_PKEY_verify(context.get(), octets(signature), signature.size(),
                                      digest.data(), digest.size()) == 1;
}

void free_text(char* text)
{
    OPENSSL_free(text);
}
using Text = Owned<char, free_text>;

/// Called for a key that is encrypted: it must not ask the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* was_asked)
{
    *static_cast<bool*>(was_asked) = true;
    return -1;
}

/// Every key that OpenSSL knows, in every way to write it.
Key read_pem(std::string_view pem, bool& is_encrypted)
{
    const Bio input(BIO_new_mem_buf(octets(pem), static_cast<int>(pem.size())));
    if (!input) return nullptr;
    return Key(PEM_read_bio_PrivateKey(input.get(), nullptr, no_passphrase, &is_encrypted));
}

/// The keys that we make ourselves, much sooner.
Key read_usual_pem(std::string_view pem)
{
    const Bio input(BIO_new_mem_buf(octets(pem), static_cast<int>(pem.size())));
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (!input || PEM_read_bio(input.get(), &name, &header, &data, &size) != 1) return nullptr;
    const Text name_owner(name);
    const Text header_owner(header);
    const auto length = static_cast<std::size_t>(size);
    Key key;
    if (*header == '\0' && std::string_view(name).ends_with("PRIVATE KEY"))
        key = read_private_der({reinterpret_cast<const char*>(data), length});
    OPENSSL_clear_free(data, length);
    return key;
}

} // namespace

std::string_view algorithm_name(Algorithm algorithm)
{
    return algorithm == Algorithm::rsa ? "rsa" : "ed25519";
}

struct PublicKey::Handle {
    Key key;
    Algorithm algorithm;
};

PublicKey::PublicKey(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
PublicKey::PublicKey(PublicKey&&) noexcept = default;
PublicKey& PublicKey::operator=(PublicKey&&) noexcept = default;
PublicKey::~PublicKey() = default;

std::optional<PublicKey> PublicKey::from_rsa_der(std::string_view der)
{
    start_openssl();
    if (der.size() > std::numeric_limits<int>::max()) return std::nullopt;
    const long size = static_cast<long>(der.size());
    const unsigned char* at = octets(der) + der.size();
    Key key = read_public_der(der);
    if (!key) {
        at = octets(der);
        key.reset(d2i_PUBKEY(nullptr, &at, size));
    }
    if (!key) {
        at = octets(der);
        key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size));
    }
    ERR_clear_error();
    if (!key || at != octets(der) + der.size() || algorithm_of(key.get()) != Algorithm::rsa)
        return std::nullopt;
    return PublicKey(std::unique_ptr<Handle>(new Handle{std::move(key), Algorithm::rsa}));
}

std::optional<PublicKey> PublicKey::from_ed25519(std::string_view bytes)
{
    start_openssl();
    if (bytes.size() != ed25519_size) return std::nullopt;
    Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(bytes), bytes.size()));
    ERR_clear_error();
    if (!key) return std::nullopt;
    return PublicKey(std::unique_ptr<Handle>(new Handle{std::move(key), Algorithm::ed25519}));
}

Algorithm PublicKey::algorithm() const
{
    return handle_->algorithm;
}

unsigned PublicKey::bits() const
{
    return bits_of(handle_->key.get(), handle_->algorithm);
}

bool PublicKey::verify(const Sha256Value& digest, std::string_view signature) const
{
    EVP_PKEY* const key = handle_->key.get();
    const bool good = handle_->algorithm == Algorithm::rsa ? verify_rsa(key, digest, signature)
                                                           : verify_ed25519(key, digest, signature);
    ERR_clear_error();
    return good;
}

struct PrivateKey::Handle {
    Key key;
    Algorithm algorithm;
};

PrivateKey::PrivateKey(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

PrivateKey PrivateKey::generate(Algorithm algorithm, unsigned bits)
{
    start_openssl();
    Key key(algorithm == Algorithm::rsa
                ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits))
                : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!key) throw_openssl("make a key");
    return PrivateKey(std::unique_ptr<Handle>(new Handle{std::move(key), algorithm}));
}

PrivateKey PrivateKey::from_pem(std::string_view pem)
{
    start_openssl();
    if (pem.find("PRIVATE KEY-----") == std::string_view::npos)
        refuse_pem("not a PEM file with a private key");
    if (pem.size() > std::numeric_limits<int>::max()) refuse_pem("too long");
    bool is_encrypted = false;
    Key key = read_usual_pem(pem);
    if (!key) key = read_pem(pem, is_encrypted);
    if (!key) refuse_pem(is_encrypted ? "it is encrypted" : "it is damaged, or of an unknown kind");
    ERR_clear_error();
    const auto algorithm = algorithm_of(key.get());
    if (!algorithm) refuse_pem("it is neither RSA nor Ed25519");
    return PrivateKey(std::unique_ptr<Handle>(new Handle{std::move(key), *algorithm}));
}

Algorithm PrivateKey::algorithm() const
{
    return handle_->algorithm;
}

unsigned PrivateKey::bits() const
{
    return bits_of(handle_->key.get(), handle_->algorithm);
}

std::string PrivateKey::sign(const Sha256Value& digest) const
{
    EVP_PKEY* const key = handle_->key.get();
    return handle_->algorithm == Algorithm::rsa ? sign_rsa(key, digest) : sign_ed25519(key, digest);
}

std::string PrivateKey::to_pem() const
{
    const Bio output(BIO_new(BIO_s_secmem()));
    if (!output || PEM_write_bio_PKCS8PrivateKey(output.get(), handle_->key.get(), nullptr, nullptr,
                                                 0, nullptr, nullptr) != 1)
        throw_openssl("write a key");
    char* text = nullptr;
    const long size = BIO_get_mem_data(output.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string PrivateKey::public_bytes() const
{
    const EVP_PKEY* const key = handle_->key.get();
    if (handle_->algorithm == Algorithm::ed25519) {
        std::string bytes(ed25519_size, '\0');
        std::size_t size = bytes.size();
        if (EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(bytes.data()),
                                        &size) != 1)
            throw_openssl("read a public key");
        return bytes;
    }
    const int size = i2d_PUBKEY(key, nullptr);
    if (size <= 0) throw_openssl("write a public key");
    std::string der(static_cast<std::size_t>(size), '\0');
    auto* at = reinterpret_cast<unsigned char*>(der.data());
    if (i2d_PUBKEY(key, &at) != size) throw_openssl("write a public key");
    return der;
}

PublicKey PrivateKey::public_key() const
{
    const std::string bytes = public_bytes();
    auto key = handle_->algorithm == Algorithm::rsa ? PublicKey::from_rsa_der(bytes)
                                                    : PublicKey::from_ed25519(bytes);
    if (!key) throw_openssl("use a public key");
    return std::move(*key);
}

} // namespace mn::crypto
