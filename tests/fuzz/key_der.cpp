// crypto/key_der: what our reader takes, OpenSSL takes as well, to the last byte, and both see the
// same key.
#include "fuzz.hpp"

#include "crypto/key_der.hpp"

#include <openssl/x509.h>

using namespace mn::crypto;

void fuzz(std::string_view input)
{
    const unsigned char* const begin = octets(input);
    const unsigned char* const end = begin + input.size();
    if (const Key ours = read_public_der(input)) {
        const unsigned char* at = begin;
        const Key theirs(d2i_PUBKEY(nullptr, &at, static_cast<long>(input.size())));
        promise(theirs && at == end && EVP_PKEY_eq(ours.get(), theirs.get()) == 1);
    }
    if (const Key ours = read_private_der(input)) {
        const unsigned char* at = begin;
        const Key theirs(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(input.size())));
        promise(theirs && at == end && EVP_PKEY_eq(ours.get(), theirs.get()) == 1);
    }
}
