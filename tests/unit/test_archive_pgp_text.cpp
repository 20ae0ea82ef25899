#include "archive/pgp_text.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

TEST_CASE("archive/pgp_text: signed text without its armour")
{
    const PgpText text =
        without_armour("before\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
                       "one\n- -- \ntwo\n-----BEGIN PGP SIGNATURE-----\n\nabc\n"
                       "-----END PGP SIGNATURE-----\nafter");
    CHECK(text.text == "before\none\n-- \ntwo\nafter");
    CHECK(text.is_signed);
    CHECK_FALSE(text.is_encrypted);
}

TEST_CASE("archive/pgp_text: everything else stays")
{
    const std::string encrypted = "-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n";
    CHECK(without_armour(encrypted).text == encrypted);
    CHECK(without_armour(encrypted).is_encrypted);
    const std::string quoted = "> -----BEGIN PGP SIGNED MESSAGE-----\n- x\n";
    CHECK(without_armour(quoted).text == quoted);
    CHECK_FALSE(without_armour(quoted).is_signed);
    CHECK(without_armour("-----BEGIN PGP SIGNED MESSAGE-----").text.empty());
}
