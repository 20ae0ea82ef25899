// Bytes out of base64, quoted-printable and uuencode, as a reader of mail wants them.
//
//   decode_transfer("base64", body)
//
// Lenient: what is no code is passed over in base64, and stands for itself in quoted-printable. So
// is every other encoding: the bytes as they are. Linear time, never longer than the body; throws
// nothing for any bytes. What tag lists and headers hold is read by base64.hpp, strictly.
#pragma once

#include <string>
#include <string_view>

namespace mn
{

/// encoding: lower case.
std::string decode_transfer(std::string_view encoding, std::string_view body);

} // namespace mn
