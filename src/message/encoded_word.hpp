// Text of any alphabet in header fields. [RFC2047]
//
//   encoded_words::decode("=?utf-8?q?caf=C3=A9?=")      // "café"
//   encoded_words::encode("café")                       // "=?utf-8?q?caf=C3=A9?="
//
// Decoding takes whatever it gets: what is not well-formed, or in an alphabet that charset.hpp does
// not have, stays as it is; the result is UTF-8 with U+FFFD for bytes that are none. Both give no
// control characters, so what comes out is safe in a header field. Linear in time.
#pragma once

#include <string>
#include <string_view>

namespace mn::encoded_words
{

/// value: raw, may be folded; gives one line.
std::string decode(std::string_view value);

/// text: UTF-8 on one line. Plain text stays as it is, unless it is too long for one line; else
/// words of at most 75 characters, with "\n " between them, no character cut in two. Fit for
/// unstructured fields and for the names in address fields alike.
std::string encode(std::string_view text);

} // namespace mn::encoded_words
