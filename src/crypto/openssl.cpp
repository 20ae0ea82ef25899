#include "crypto/openssl.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <array>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

namespace mn::crypto
{

void start_openssl()
{
    static const int started =
        OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
    if (started != 1) throw_openssl("start OpenSSL");
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
