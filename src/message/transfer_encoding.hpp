// Bytes as lines that any mail server takes: the two encodings of MIME. [RFC2045 6.7] [RFC2045 6.8]
//
//   body = folded_base64(bytes, "\n");
//   body = quoted_printable("caf\xC3\xA9\n", "\n");      // "caf=C3=A9\n"
//
// Lines have at most 76 characters. Linear time; any bytes go in.
#pragma once

#include <string>
#include <string_view>

namespace mn
{

/// text: LF; its line ends become this one.
std::string quoted_printable(std::string_view text, std::string_view line_end);

std::string folded_base64(std::string_view bytes, std::string_view line_end);

} // namespace mn
