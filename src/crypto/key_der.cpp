#include "crypto/key_der.hpp"

#include <algorithm>
#include <array>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <optional>
#include <span>
#include <vector>

namespace mn::crypto
{
namespace
{

using namespace std::string_view_literals;

using Number = Owned<BIGNUM, BN_clear_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Context = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

constexpr char sequence = 0x30;
constexpr char integer = 0x02;
constexpr char bit_string = 0x03;
constexpr char octet_string = 0x04;

/// AlgorithmIdentifier { rsaEncryption, NULL }. [RFC3447 A.1]
constexpr auto rsa_algorithm = "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"sv;
/// INTEGER 0: the version of PKCS #8, and of an RSA key with two primes.
constexpr auto version_0 = "\x02\x01\x00"sv;
/// All of PKCS #8 but the 32 bytes of the key. [RFC8410 7]
constexpr auto ed25519_begin = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"sv;
constexpr std::size_t ed25519_size = 32;

/// In the order of RSAPrivateKey; of RSAPublicKey the first two.
constexpr std::array rsa_names{OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
                               OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
                               OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
                               OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
constexpr std::size_t public_numbers = 2;

/// The length that stands first, in its shortest form of at most two more bytes, and cuts it off.
std::optional<std::size_t> take_length(std::string_view& der)
{
    const auto byte = [&](std::size_t at) { return octets(der)[at]; };
    std::size_t length = 0;
    std::size_t used = 0;
    if (der.size() >= 1 && byte(0) < 0x80) {
        length = byte(0);
        used = 1;
    } else if (der.size() >= 2 && byte(0) == 0x81 && byte(1) >= 0x80) {
        length = byte(1);
        used = 2;
    } else if (der.size() >= 3 && byte(0) == 0x82 && byte(1) != 0) {
        length = std::size_t{byte(1)} << 8 | byte(2);
        used = 3;
    } else {
        return std::nullopt;
    }
    der.remove_prefix(used);
    return length;
}

/// The content of an element of that kind that stands first, and cuts it off.
std::optional<std::string_view> take(std::string_view& der, char tag)
{
    if (der.empty() || der.front() != tag) return std::nullopt;
    std::string_view rest = der.substr(1);
    const auto length = take_length(rest);
    if (!length || *length > rest.size()) return std::nullopt;
    const std::string_view content = rest.substr(0, *length);
    der = rest.substr(*length);
    return content;
}

/// The same when nothing else may follow.
std::optional<std::string_view> only(std::string_view der, char tag)
{
    const auto content = take(der, tag);
    return der.empty() ? content : std::nullopt;
}

bool cut_off(std::string_view& der, std::string_view begin)
{
    if (!der.starts_with(begin)) return false;
    der.remove_prefix(begin.size());
    return true;
}

/// A positive number in its shortest form.
Number take_number(std::string_view& der)
{
    const auto content = take(der, integer);
    if (!content || content->empty()) return nullptr;
    const unsigned char* const bytes = octets(*content);
    const bool is_negative = bytes[0] >= 0x80;
    const bool is_too_long = bytes[0] == 0 && (content->size() == 1 || bytes[1] < 0x80);
    if (is_negative || is_too_long) return nullptr;
    // "Secure" is what wipes the copy of it in the parameters, too.
    Number number(BN_secure_new());
    if (number == nullptr ||
        BN_bin2bn(bytes, static_cast<int>(content->size()), number.get()) == nullptr)
        return nullptr;
    return number;
}

/// The key of as many numbers as a key of that kind has.
Key rsa_key(std::string_view numbers, std::size_t count, int selection)
{
    const Builder builder(OSSL_PARAM_BLD_new());
    std::vector<Number> kept; // the builder only points to them
    for (const char* name : std::span(rsa_names).first(count)) {
        kept.push_back(take_number(numbers));
        if (!builder || !kept.back() ||
            OSSL_PARAM_BLD_push_BN(builder.get(), name, kept.back().get()) != 1)
            return nullptr;
    }
    if (!numbers.empty()) return nullptr;
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const Context context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1)
        return nullptr;
    return Key(key);
}

Key rsa_private_key(std::string_view der)
{
    auto content = only(der, sequence);
    if (!content || !cut_off(*content, version_0)) return nullptr;
    return rsa_key(*content, rsa_names.size(), EVP_PKEY_KEYPAIR);
}

} // namespace

Key read_public_der(std::string_view der)
{
    auto content = only(der, sequence);
    if (!content || !cut_off(*content, rsa_algorithm)) return nullptr;
    auto bits = only(*content, bit_string);
    if (!bits || !cut_off(*bits, "\0"sv)) return nullptr; // no bits to spare in the last byte
    const auto numbers = only(*bits, sequence);
    return numbers ? rsa_key(*numbers, public_numbers, EVP_PKEY_PUBLIC_KEY) : nullptr;
}

Key read_private_der(std::string_view der)
{
    if (der.size() == ed25519_begin.size() + ed25519_size && cut_off(der, ed25519_begin))
        return Key(
            EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(der), der.size()));
    auto content = only(der, sequence);
    if (!content) return nullptr;
    std::string_view rest = *content;
    if (!cut_off(rest, version_0) || !cut_off(rest, rsa_algorithm)) return rsa_private_key(der);
    const auto key = only(rest, octet_string);
    return key ? rsa_private_key(*key) : nullptr;
}

} // namespace mn::crypto
