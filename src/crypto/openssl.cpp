#include "crypto/openssl.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <array>
#include <cstdint>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace mn::crypto
{

void start_openssl()
{
    static const bool started = [] {
        constexpr std::uint64_t leave_out =
            OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT |
            // Thousands of texts; openssl-errstr(1) has them, too.
            OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
            // Algorithms of old; what we use is found by the names its provider has for it.
            OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS;
        // The random numbers are made with SHA-256, which is needed anyhow: the usual way, with
        // AES, would set up every cipher.
        return OPENSSL_init_crypto(leave_out, nullptr) == 1 &&
               RAND_set_DRBG_type(nullptr, "HASH-DRBG", nullptr, nullptr, "SHA256") == 1;
    }();
    if (!started) throw_openssl("start OpenSSL");
}

const EVP_MD* sha256_method()
{
    start_openssl();
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (method == nullptr) throw_openssl("find SHA-256");
    return method;
}

void throw_openssl(std::string_view action)
{
    std::array<char, 256> text{};
    const unsigned long code = ERR_peek_last_error();
    if (code != 0) ERR_error_string_n(code, text.data(), text.size());
    ERR_clear_error();
    throw Error("4.3.0", "mail system error",
                cat("OpenSSL cannot ", action, ": ", code == 0 ? "no reason given" : text.data()));
}

const unsigned char* octets(std::string_view bytes)
{
    static const unsigned char nothing = 0;
    return bytes.empty() ? &nothing : reinterpret_cast<const unsigned char*>(bytes.data());
}

} // namespace mn::crypto
