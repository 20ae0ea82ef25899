// What a web server asks a program, and the answer: CGI/1.1. [RFC3875]
//
//   const cgi::Request request = cgi::request();               // from the environment
//   const auto body = cgi::read_body(*request.length);         // standard input
//   print(cgi::text_of({.status = 404, .body = page}, request.method == "HEAD"));
//
// All that comes in is hostile: nothing is trusted here. Lines of the answer end in
// CRLF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mn::cgi
{

struct Request {
    std::string method;                  ///< as it was sent: "GET"
    std::string path;                    ///< PATH_INFO: what follows our own address, "/cats/x"
    std::string query = {};              ///< what follows "?" in the address, still encoded
    std::string type;                    ///< Content-Type; "" without a body
    std::optional<std::uint64_t> length; ///< Content-Length; nothing: none, or no number
    std::string client;                  ///< the address of who asks
};
Request request();

/// A name or a value as forms send them: "+" is a space, "%41" an A; a "%" that begins nothing
/// stands for itself. Any bytes may come out.
std::string decoded(std::string_view text);

/// So many bytes of standard input; nothing when it ends before. Throws Error.
std::optional<std::string> read_body(std::size_t length);

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> fields = {};
    std::string body = {};
};
/// without_body: for HEAD; the length is told all the same.
std::string text_of(const Response& response, bool without_body);

} // namespace mn::cgi
