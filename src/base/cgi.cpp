#include "base/cgi.hpp"

#include "base/fd.hpp"
#include "base/text.hpp"

#include <array>
#include <cstdlib>
#include <unistd.h>

namespace mn::cgi
{
namespace
{

std::string variable(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string_view reason_of(int status)
{
    static constexpr auto reasons =
        std::to_array<std::pair<int, std::string_view>>({{200, "OK"},
                                                         {400, "Bad Request"},
                                                         {403, "Forbidden"},
                                                         {404, "Not Found"},
                                                         {405, "Method Not Allowed"},
                                                         {410, "Gone"},
                                                         {413, "Content Too Large"},
                                                         {503, "Service Unavailable"}});
    for (const auto& [known, reason] : reasons)
        if (known == status) return reason;
    return "Status";
}

int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

} // namespace

Request request()
{
    Request asked;
    asked.method = variable("REQUEST_METHOD");
    asked.path = variable("PATH_INFO");
    asked.query = variable("QUERY_STRING");
    asked.type = variable("CONTENT_TYPE");
    asked.length = parse_number(variable("CONTENT_LENGTH"));
    asked.client = variable("REMOTE_ADDR");
    return asked;
}

std::string decoded(std::string_view text)
{
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool has_two = text[at] == '%' && text.size() - at > 2;
        const int high = has_two ? hex_value(text[at + 1]) : -1;
        const int low = has_two ? hex_value(text[at + 2]) : -1;
        if (high >= 0 && low >= 0) {
            plain += static_cast<char>(high * 16 + low);
            at += 2;
        } else {
            plain += text[at] == '+' ? ' ' : text[at];
        }
    }
    return plain;
}

std::optional<std::string> read_body(std::size_t length)
{
    // The server need not close it after that. [RFC3875 4.2]
    std::string body(length, '\0');
    for (std::size_t at = 0; at < length;) {
        const std::size_t count =
            read_some(STDIN_FILENO, {body.data() + at, length - at}, "standard input");
        if (count == 0) return std::nullopt;
        at += count;
    }
    return body;
}

std::string text_of(const Response& response, bool without_body)
{
    // First, where servers that do not look further find it. [RFC3875 6.3.3]
    std::string text =
        cat("Status: ", std::to_string(response.status), " ", reason_of(response.status), "\r\n");
    for (const auto& [name, value] : response.fields)
        text.append(cat(name, ": ", value, "\r\n"));
    text.append(cat("Content-Length: ", std::to_string(response.body.size()), "\r\n\r\n"));
    return without_body ? text : cat(text, response.body);
}

} // namespace mn::cgi
