// Base64. [RFC4648 4]
//
//   base64::encode(bytes)                      // "Zm9vYg==", one line
//   if (const auto bytes = base64::decode(text)) …
//
// Linear time; any bytes go in. What is not base64 gives nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mn::base64
{

std::string encode(std::string_view bytes);

/// Only what encode() writes: padded, no white space, no second spelling of the same bytes.
std::optional<std::string> decode(std::string_view text);

/// As tag lists hold it: space, tab, CR and LF anywhere, padding or none. [RFC6376 2.10]
std::optional<std::string> decode_folded(std::string_view text);

} // namespace mn::base64
