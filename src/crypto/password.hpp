// Passwords and their hashes, as crypt(3) of libxcrypt makes them and Dovecot reads them.
//
//   if (const auto flaw = password_flaw(password.text(), scheme)) complain(*flaw);
//   std::string hash = hash_password(password, PasswordScheme::yescrypt);   // "$y$j9T$..."
//   verify_password(password, hash) == Verdict::match;
#pragma once

#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mn::crypto
{

enum class PasswordScheme {
    yescrypt, ///< needs memory, so that guessing with special hardware does not pay
    sha512_crypt,
    bcrypt, ///< sees only the first 72 bytes
};

/// "yescrypt", "sha512-crypt" or "bcrypt"; else nothing.
std::optional<PasswordScheme> parse_scheme(std::string_view name);

/// Why nobody should have this password, or why not every mail program could send it: the end of
/// a sentence that begins "the password ". Nothing when it is fine.
std::optional<std::string> password_flaw(std::string_view password, PasswordScheme scheme);

/// The hash, with a fresh salt from the kernel. Throws Error when crypt(3) cannot do it.
std::string hash_password(const Secret& password, PasswordScheme scheme);

enum class Verdict {
    match,
    mismatch,
    unsupported, ///< a scheme of Dovecot's own, not of crypt(3), or a damaged hash
};

/// hash: of crypt(3), bare or with {CRYPT}, {SHA512-CRYPT}, {SHA256-CRYPT}, {BLF-CRYPT} before it.
/// Takes as long for a wrong password as for the right one.
Verdict verify_password(const Secret& password, std::string_view hash);

/// A new random password of 80 bits: four groups of four letters and digits, none of which looks
/// like another. password is overwritten.
void generate_password(Secret& password);

} // namespace mn::crypto
