// Keys in the DER that nearly all of them come in, read without OpenSSL's decoders: to start these
// costs a process that handles one message more than all the rest of its cryptography.
// For src/crypto only.
//
//   Key key = read_public_der(der);
//   if (!key) key.reset(d2i_PUBKEY(nullptr, &at, size));     // less usual, or no key at all
//
// Strict: of what OpenSSL would take, only the one usual way to write it; an empty Key for all
// else. Start OpenSSL first. Copies of private numbers are wiped.
#pragma once

#include "crypto/openssl.hpp"

#include <openssl/evp.h>
#include <string_view>

namespace mn::crypto
{

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;

/// SubjectPublicKeyInfo of an RSA key.
Key read_public_der(std::string_view der);

/// PKCS #8 of an RSA or Ed25519 key, or RSAPrivateKey. [RFC3447 A.1.2]
Key read_private_der(std::string_view der);

} // namespace mn::crypto
