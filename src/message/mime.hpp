// Composing messages of several parts. [RFC2045] [RFC2046]
//
//   mime::Part text = {.type = "text/plain; charset=utf-8", .body = "Topics …\n"};
//   mime::Part digest = {.type = "multipart/digest", .parts = {…}};
//   const std::string message = fields + mime::compose({.type = "multipart/mixed",
//                                                       .parts = {text, digest}});
//
// Gives the MIME fields of the whole, the empty line and the body, with LF. Bodies go in byte for
// byte, never through a codec; where one of them has 8-bit bytes, it and everything around it say
// so. The only user of mimetic(3), which reads nothing here: it only writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mn::mime
{

/// A part; made of parts, or with a body.
struct Part {
    std::string type;             ///< "message/rfc822"; of a multipart without its boundary
    std::string disposition = {}; ///< "inline; filename=\"cats_7.eml\""; "" : none
    std::string_view body = {};   ///< must outlive the call
    std::vector<Part> parts = {};
};

/// Boundaries are random. Nested as deep as the caller nests.
std::string compose(const Part& whole);

} // namespace mn::mime
