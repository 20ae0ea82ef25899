#include "crypto/password.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <set>

using namespace mn;
using namespace mn::crypto;

namespace
{

struct Typed : Secret {
    explicit Typed(std::string_view text) { REQUIRE(append(text)); }
};

constexpr PasswordScheme schemes[] = {PasswordScheme::yescrypt, PasswordScheme::sha512_crypt,
                                      PasswordScheme::bcrypt};

} // namespace

TEST_CASE("crypto/password: names of schemes")
{
    CHECK(parse_scheme("yescrypt") == PasswordScheme::yescrypt);
    CHECK(parse_scheme("sha512-crypt") == PasswordScheme::sha512_crypt);
    CHECK(parse_scheme("bcrypt") == PasswordScheme::bcrypt);
    for (const char* name : {"", "md5", "YESCRYPT", "yescrypt ", "$y$"})
        CHECK_FALSE(parse_scheme(name));
}

TEST_CASE("crypto/password: a hash verifies its password and no other, and is salted")
{
    const char* const prefixes[] = {"$y$j9T$", "$6$rounds=50000$", "$2b$10$"};
    for (std::size_t i = 0; i < std::size(schemes); ++i) {
        const Typed password("correct horse \xc3\xa4");
        const std::string hash = hash_password(password, schemes[i]);
        CHECK(hash.starts_with(prefixes[i]));
        CHECK(hash.find_first_of(":\r\n ") == std::string::npos);
        CHECK(hash != hash_password(password, schemes[i]));
        CHECK(verify_password(password, hash) == Verdict::match);
        CHECK(verify_password(password, "{CRYPT}" + hash) == Verdict::match);
        CHECK(verify_password(Typed("correct horse \xc3\xa5"), hash) == Verdict::mismatch);
        CHECK(verify_password(Typed("correct horse "), hash) == Verdict::mismatch);
        CHECK(verify_password(Typed(""), hash) == Verdict::mismatch);
    }
}

TEST_CASE("crypto/password: known hashes of other programs")
{
    CHECK(verify_password(Typed("U*U"),
                          "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW") ==
          Verdict::match);
    CHECK(verify_password(Typed("Hello world!"),
                          "{SHA512-CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
                          "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1") == Verdict::match);
}

TEST_CASE("crypto/password: what crypt(3) cannot judge is unsupported, never a match")
{
    for (const char* hash : {"", "*", "!", "*0", "*1", "{PLAIN}secret12", "{SSHA512}abcd", "{",
                             "{CRYPT}", "$6$", "$9$x$y", "$y$", "secret12"}) {
        CAPTURE(hash);
        CHECK(verify_password(Typed("secret12"), hash) != Verdict::match);
    }
    CHECK(verify_password(Typed("secret12"), "{PLAIN}secret12") == Verdict::unsupported);
}

TEST_CASE("crypto/password: flaws")
{
    const auto flaw = [](std::string_view text, PasswordScheme scheme = PasswordScheme::yescrypt) {
        return password_flaw(text, scheme).value_or("");
    };
    CHECK(flaw("eight888") == "");
    CHECK(flaw(" colons:and spaces ") == "");
    CHECK(flaw("\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x82\xac") == "");
    CHECK(flaw("") == "is empty");
    CHECK(flaw("seven77") == "is shorter than 8 bytes");
    CHECK(flaw("tab\tinside").starts_with("has a control character"));
    CHECK(flaw("del\x7f inside").starts_with("has a control character"));
    CHECK(flaw(std::string_view("nul\0inside", 10)).starts_with("has a control character"));
    CHECK(flaw("latin1 \xe4\xf6\xfc").starts_with("is not UTF-8"));
    CHECK(flaw(std::string(255, 'x')) == "");
    CHECK(flaw(std::string(256, 'x')) == "is longer than 255 bytes");
    CHECK(flaw(std::string(72, 'x'), PasswordScheme::bcrypt) == "");
    CHECK(flaw(std::string(73, 'x'), PasswordScheme::bcrypt) ==
          "is longer than the 72 bytes bcrypt sees");
}

TEST_CASE("crypto/password: generated passwords are different, typeable, and without flaw")
{
    std::set<std::string, std::less<>> seen;
    std::set<char> signs;
    Secret password;
    for (int i = 0; i < 500; ++i) {
        generate_password(password);
        const std::string_view text = password.text();
        CHECK(text.size() == 19);
        CHECK(text[4] == '-');
        CHECK(text[14] == '-');
        CHECK(text.find_first_not_of("abcdefghijkmnpqrstuvwxyz23456789-") == text.npos);
        CHECK_FALSE(password_flaw(text, PasswordScheme::bcrypt));
        signs.insert(text.begin(), text.end());
        seen.emplace(text);
    }
    CHECK(seen.size() == 500);
    CHECK(signs.size() == 33); // all 32 and the dash
}

TEST_CASE("base/secret: bounded, and wiped")
{
    Secret secret;
    CHECK(secret.append(std::string(Secret::capacity, 'x')));
    CHECK_FALSE(secret.append("y"));
    CHECK(secret.text().size() == Secret::capacity);
    const char* const place = secret.c_str();
    secret.drop_last();
    CHECK(place[Secret::capacity - 1] == '\0');
    secret.clear();
    CHECK(secret.text().empty());
    for (std::size_t i = 0; i < Secret::capacity; ++i)
        REQUIRE(place[i] == '\0');
}
