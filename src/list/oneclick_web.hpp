// A click on the link to unsubscribe, answered. [RFC8058 3.2]
//
//   const cgi::Response response = answer_click({lists, texts, send, now}, cgi::request());
//
// GET and HEAD change nothing, for programs follow links before people do: they give a page with a
// button. POST unsubscribes, as often as one likes with the same answer. Who has no good link
// learns nothing, not even which lists there are. Throws Error 4.3.x for trouble, and nothing was
// changed.
#pragma once

#include "base/cgi.hpp"
#include "list/mail.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace mn::list
{

struct ClickPlace {
    std::string lists; ///< the directory whose directories are the lists
    const TextDirectories& texts;
    const Send& send; ///< the goodbye, and the notice to the owners
    std::int64_t now;
};

/// The body is read from standard input.
cgi::Response answer_click(const ClickPlace& place, const cgi::Request& request);

/// Bytes that the body of a request may have.
inline constexpr std::size_t max_click_body = 8192;

} // namespace mn::list
