#include "config/passwd_line.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace mn::config
{
namespace
{

bool is_crypt_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '.' && c <= '9');
}

/// count characters of the alphabet of crypt(3).
bool is_crypt_text(std::string_view text, std::size_t count)
{
    return text.size() == count && std::all_of(text.begin(), text.end(), is_crypt_char);
}

struct CryptScheme {
    std::string_view prefix;
    std::string_view name;
    std::size_t parts;       ///< pieces between "$", the optional "rounds=" not counted
    std::size_t hash_length; ///< of the last piece, as crypt(5) gives it
    bool weak;
};

constexpr std::array crypt_schemes{
    CryptScheme{"$y$", "yescrypt", 5, 43, false},
    CryptScheme{"$gy$", "gost-yescrypt", 5, 43, false},
    CryptScheme{"$7$", "scrypt", 4, 43, false},
    CryptScheme{"$2a$", "bcrypt", 4, 53, false},
    CryptScheme{"$2b$", "bcrypt", 4, 53, false},
    CryptScheme{"$2y$", "bcrypt", 4, 53, false},
    CryptScheme{"$6$", "sha512-crypt", 4, 86, false},
    CryptScheme{"$5$", "sha256-crypt", 4, 43, false},
    CryptScheme{"$1$", "md5-crypt", 4, 22, true},
};

/// What Dovecot 2.3 puts in braces before a password (doveadm pw -l).
struct BracedScheme {
    std::string_view name;
    bool weak;     ///< readable, unsalted or broken
    bool is_crypt; ///< what follows is a hash of crypt(3)
};

constexpr std::array braced_schemes{
    BracedScheme{"CRYPT", false, true},        BracedScheme{"SHA512-CRYPT", false, true},
    BracedScheme{"SHA256-CRYPT", false, true}, BracedScheme{"BLF-CRYPT", false, true},
    BracedScheme{"ARGON2ID", false, false},    BracedScheme{"ARGON2I", false, false},
    BracedScheme{"PBKDF2", false, false},      BracedScheme{"SCRAM-SHA-256", false, false},
    BracedScheme{"SCRAM-SHA-1", false, false}, BracedScheme{"SSHA512", false, false},
    BracedScheme{"SSHA256", false, false},     BracedScheme{"MD5-CRYPT", true, true},
    BracedScheme{"DES-CRYPT", true, true},     BracedScheme{"PLAIN", true, false},
    BracedScheme{"CLEAR", true, false},        BracedScheme{"CLEARTEXT", true, false},
    BracedScheme{"PLAIN-TRUNC", true, false},  BracedScheme{"SHA", true, false},
    BracedScheme{"SHA1", true, false},         BracedScheme{"SHA256", true, false},
    BracedScheme{"SHA512", true, false},       BracedScheme{"SSHA", true, false},
    BracedScheme{"MD5", true, true},           BracedScheme{"SMD5", true, false},
    BracedScheme{"PLAIN-MD4", true, false},    BracedScheme{"PLAIN-MD5", true, false},
    BracedScheme{"LDAP-MD5", true, false},     BracedScheme{"CRAM-MD5", true, false},
    BracedScheme{"HMAC-MD5", true, false},     BracedScheme{"DIGEST-MD5", true, false},
    BracedScheme{"OTP", true, false},
};

bool is_complete(const CryptScheme& scheme, std::string_view hash)
{
    auto pieces = split(hash, '$');
    if (pieces.size() > 3 && pieces[2].starts_with("rounds=")) {
        if (!parse_number(pieces[2].substr(7))) return false;
        pieces.erase(pieces.begin() + 2);
    }
    // A SHA-crypt hash without salt is refused by crypt(3).
    return pieces.size() == scheme.parts && !pieces[2].empty() &&
           is_crypt_text(pieces.back(), scheme.hash_length);
}

HashForm crypt_form(std::string_view hash)
{
    for (const CryptScheme& scheme : crypt_schemes) {
        if (hash.starts_with(scheme.prefix))
            return {std::string(scheme.name), scheme.weak, is_complete(scheme, hash)};
    }
    if (is_crypt_text(hash, 13)) return {"des-crypt", true, true};
    return {};
}

HashForm braced_form(std::string_view hash)
{
    const std::size_t end = hash.find('}');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = hash.substr(end + 1);
    // {SSHA512.HEX} and {SSHA512.B64} say how the hash is written.
    const std::string_view written = hash.substr(1, end - 1);
    const std::string_view name = written.substr(0, written.find('.'));
    for (const BracedScheme& scheme : braced_schemes) {
        if (!equal_ignoring_case(scheme.name, name)) continue;
        const HashForm inner = scheme.is_crypt ? crypt_form(rest) : HashForm{};
        return {std::string(scheme.name), scheme.weak || inner.weak,
                scheme.is_crypt ? inner.complete : !rest.empty()};
    }
    return {};
}

} // namespace

PasswdLine take_line(std::string_view& text)
{
    const std::size_t newline = text.find('\n');
    std::string_view body = text.substr(0, newline);
    std::string_view end = newline == std::string_view::npos ? "" : text.substr(newline, 1);
    text.remove_prefix(body.size() + end.size());
    if (!end.empty() && body.ends_with('\r')) {
        body.remove_suffix(1);
        end = "\r\n";
    }
    return {body, end};
}

bool is_comment(std::string_view body)
{
    return body.empty() || body.starts_with('#');
}

PasswordField split_marks(std::string_view field)
{
    const std::size_t hash = std::min(field.find_first_not_of("!*"), field.size());
    return {field.substr(0, hash), field.substr(hash)};
}

HashForm form_of(std::string_view hash)
{
    HashForm form = hash.starts_with('{') ? braced_form(hash) : crypt_form(hash);
    if (std::any_of(hash.begin(), hash.end(), is_space)) form.complete = false;
    return form;
}

} // namespace mn::config
