// What the files that use OpenSSL share: start it once, free its objects, report its failures.
// For src/crypto only.
//
//   start_openssl();                                       // first, in whatever comes first
//   const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
//   if (!context) throw_openssl("start a digest");
#pragma once

#include <memory>
#include <openssl/types.h>
#include <string_view>

namespace mn::crypto
{

template <auto function>
struct Calls {
    template <typename Object>
    void operator()(Object* object) const
    {
        function(object);
    }
};

/// An object of OpenSSL with the function that frees it.
template <typename Object, auto free_function>
using Owned = std::unique_ptr<Object, Calls<free_function>>;

/// Without what only costs time at every start: its configuration file, its clean-up at exit, the
/// texts of its errors, names of algorithms that we do not use.
void start_openssl();

/// Fetched once: the implicit look-up for every use costs more than hashing a short text.
const EVP_MD* sha256_method();

/// Throws Error 4.3.0. action: what could not be done, "sign".
[[noreturn]] void throw_openssl(std::string_view action);

/// The bytes as OpenSSL wants them; never null, not even for an empty view.
const unsigned char* octets(std::string_view bytes);

} // namespace mn::crypto
