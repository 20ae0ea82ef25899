#include "crypto/digest.hpp"

#include "crypto/openssl.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace mn::crypto
{

struct Sha256::Context {
    Owned<EVP_MD_CTX, EVP_MD_CTX_free> digest{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>())
{
    if (!context_->digest ||
        EVP_DigestInit_ex2(context_->digest.get(), sha256_method(), nullptr) != 1)
        throw_openssl("start a digest");
}

Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes)
{
    if (EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size()) != 1)
        throw_openssl("go on with a digest");
}

Sha256Value Sha256::finish()
{
    Sha256Value value{};
    if (EVP_DigestFinal_ex(context_->digest.get(), value.data(), nullptr) != 1)
        throw_openssl("end a digest");
    return value;
}

Sha256Value sha256(std::string_view bytes)
{
    Sha256 digest;
    digest.update(bytes);
    return digest.finish();
}

Sha1Value sha1(std::string_view bytes)
{
    Sha1Value value{};
    start_openssl();
    if (EVP_Q_digest(nullptr, "SHA1", nullptr, bytes.data(), bytes.size(), value.data(), nullptr) !=
        1)
        throw_openssl("compute a digest");
    return value;
}

Sha256Value hmac_sha256(std::string_view key, std::string_view bytes)
{
    Sha256Value value{};
    // [RFC2104 2]: a key of any length.
    if (HMAC(sha256_method(), octets(key), static_cast<int>(key.size()), octets(bytes),
             bytes.size(), value.data(), nullptr) == nullptr)
        throw_openssl("compute an HMAC");
    return value;
}

bool equal_in_constant_time(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view bytes_of(const Sha256Value& value)
{
    return {reinterpret_cast<const char*>(value.data()), value.size()};
}

} // namespace mn::crypto
