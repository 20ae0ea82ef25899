// A search in the archive of a list, asked for by a browser.
//
//   const cgi::Response response = answer_search("/var/lib/mailnode/web", cgi::request(),
//   patience);
//
// The path is /LIST or /LIST/; the query is that of archive/query.hpp. 200 with the results, 400
// for what cannot be searched for, 404 where no such list is on the web, 405 for anything but GET
// and HEAD. Throws Error for trouble.
#pragma once

#include "base/cgi.hpp"

#include <chrono>
#include <string>

namespace mn::archive
{

/// out: the directory in which the lists' pages are, each in its own.
cgi::Response answer_search(const std::string& out, const cgi::Request& request,
                            std::chrono::milliseconds patience);

/// A page instead of results: 400, 404, 405, 503.
cgi::Response search_refusal(int status);

} // namespace mn::archive
