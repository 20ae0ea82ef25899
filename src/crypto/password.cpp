#include "crypto/password.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <crypt.h>
#include <memory>

namespace mn::crypto
{
namespace
{

constexpr std::size_t min_length = 8;
constexpr std::size_t max_length = 255; // what every server must accept [RFC4616 2]
constexpr std::size_t bcrypt_length = 72;

struct Method {
    PasswordScheme scheme;
    std::string_view name;
    const char* prefix;
    unsigned long cost; ///< 20 to 100 ms each: Dovecot computes one for each login
};

constexpr std::array methods{
    Method{PasswordScheme::yescrypt, "yescrypt", "$y$", 5},
    Method{PasswordScheme::sha512_crypt, "sha512-crypt", "$6$", 50000},
    Method{PasswordScheme::bcrypt, "bcrypt", "$2b$", 10},
};

const Method& method_of(PasswordScheme scheme)
{
    return *std::find_if(methods.begin(), methods.end(),
                         [scheme](const Method& method) { return method.scheme == scheme; });
}

/// crypt(3)'s work space, which holds the password while it works; wiped at the end.
class Workspace
{
public:
    Workspace() : data_(std::make_unique<crypt_data>()) {}
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;
    ~Workspace() { ::explicit_bzero(data_.get(), sizeof *data_); }

    /// Empty when the setting is no good.
    std::string hash(const Secret& password, const std::string& setting)
    {
        const char* const hash =
            ::crypt_rn(password.c_str(), setting.c_str(), data_.get(), sizeof *data_);
        return hash == nullptr ? std::string() : std::string(hash);
    }

private:
    std::unique_ptr<crypt_data> data_;
};

std::string new_setting(const Method& method)
{
    std::array<unsigned char, 16> salt{};
    fill_random(salt);
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    // libxcrypt takes the salt as char.
    std::array<char, salt.size()> bytes{};
    std::copy(salt.begin(), salt.end(), bytes.begin());
    if (::crypt_gensalt_rn(method.prefix, method.cost, bytes.data(), static_cast<int>(bytes.size()),
                           setting.data(), static_cast<int>(setting.size())) == nullptr)
        throw system_error(errno, "make a salt for", method.name);
    return setting.data();
}

/// As long for different strings as for equal ones.
bool equal_in_constant_time(std::string_view a, std::string_view b)
{
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i]) ^
                      static_cast<unsigned>(static_cast<unsigned char>(b[i]));
    return difference == 0;
}

/// Without {SCHEME}; nothing when the scheme is not one of crypt(3).
std::optional<std::string> bare_hash(std::string_view hash)
{
    if (!hash.starts_with('{')) return std::string(hash);
    for (const std::string_view prefix :
         {"{CRYPT}", "{SHA512-CRYPT}", "{SHA256-CRYPT}", "{BLF-CRYPT}", "{MD5-CRYPT}"}) {
        if (equal_ignoring_case(hash.substr(0, prefix.size()), prefix))
            return std::string(hash.substr(prefix.size()));
    }
    return std::nullopt;
}

} // namespace

std::optional<PasswordScheme> parse_scheme(std::string_view name)
{
    for (const Method& method : methods) {
        if (method.name == name) return method.scheme;
    }
    return std::nullopt;
}

std::optional<std::string> password_flaw(std::string_view password, PasswordScheme scheme)
{
    if (password.empty()) return "is empty";
    if (std::any_of(password.begin(), password.end(), is_control))
        return "has a control character in it, which mail programs cannot send";
    // [RFC4616 2]: a password travels as UTF-8.
    if (!utf8::is_valid(password)) return "is not UTF-8";
    if (password.size() < min_length)
        return cat("is shorter than ", std::to_string(min_length), " bytes");
    if (scheme == PasswordScheme::bcrypt && password.size() > bcrypt_length)
        return cat("is longer than the ", std::to_string(bcrypt_length), " bytes bcrypt sees");
    if (password.size() > max_length)
        return cat("is longer than ", std::to_string(max_length), " bytes");
    return std::nullopt;
}

std::string hash_password(const Secret& password, PasswordScheme scheme)
{
    const Method& method = method_of(scheme);
    Workspace workspace;
    std::string hash = workspace.hash(password, new_setting(method));
    if (hash.empty() || hash.starts_with('*'))
        throw system_error(errno, "hash the password with", method.name);
    return hash;
}

Verdict verify_password(const Secret& password, std::string_view hash)
{
    const auto wanted = bare_hash(hash);
    if (!wanted || wanted->empty()) return Verdict::unsupported;
    Workspace workspace;
    const std::string computed = workspace.hash(password, *wanted);
    if (computed.empty() || computed.starts_with('*')) return Verdict::unsupported;
    return equal_in_constant_time(computed, *wanted) ? Verdict::match : Verdict::mismatch;
}

void generate_password(Secret& password)
{
    // 32 signs, 5 bits each; no 0 and o, no 1 and l.
    constexpr std::string_view signs = "abcdefghijkmnpqrstuvwxyz23456789";
    static_assert(signs.size() == 32);
    password.clear();
    for (int place = 0; place < 16; ++place) {
        if (place > 0 && place % 4 == 0) password.append("-");
        password.append(signs.substr(random_below(signs.size()), 1));
    }
}

} // namespace mn::crypto
