// Text in the armour of OpenPGP, without it.
//
//   const PgpText text = without_armour("-----BEGIN PGP SIGNED MESSAGE-----\n…");
//   if (text.is_signed) …                     // nobody has checked it
//
// text: LF. What is encrypted stays as it is. Linear time.
#pragma once

#include <string>
#include <string_view>

namespace mn::archive
{

struct PgpText {
    std::string text;
    bool is_signed = false;
    bool is_encrypted = false;
};

/// Removes what surrounds signed text. [RFC4880 7]
PgpText without_armour(std::string text);

} // namespace mn::archive
