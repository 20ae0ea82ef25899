// The footer of a list, put where people see it and nothing breaks.
//
//   MessageText post{header, separator, body};
//   if (add_footer(post, footer)) …                  // header and body have changed
//
// Plain text gets it at its end, in its own transfer encoding; multipart/mixed gets one more part;
// anything else becomes the first part of a multipart/mixed. Left alone: what is signed or
// encrypted, reports, messages, and whatever cannot be read with certainty. [RFC2046 5.1]
#pragma once

#include <string>
#include <string_view>

namespace mn::list
{

struct MessageText {
    std::string header;    ///< LF or CRLF, as the post has it
    std::string separator; ///< the empty line; "" when the post has no body
    std::string body;
};

/// footer: UTF-8 with LF. False: nothing has changed. Linear time.
bool add_footer(MessageText& post, std::string_view footer);

} // namespace mn::list
