// Which fields our signatures cover: the h= of DKIM-Signature and ARC-Message-Signature.
// [RFC6376 5.4]
#pragma once

#include "auth/dkim_sign.hpp"
#include "auth/signed_fields.hpp"

#include <string>
#include <vector>

namespace mn::dkim
{

/// Every name as often as the field is there, and once more if none may be added; From first.
std::vector<std::string> names_to_sign(const SignedFields& fields, const SigningOptions& options);

} // namespace mn::dkim
