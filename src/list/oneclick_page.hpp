// What people see who follow the link to unsubscribe: small pages without scripts, cookies or
// anything from elsewhere, light or dark as the browser likes it.
//
//   const cgi::Response response = question_page({"cats@example.org", "ann@example.net"});
//
// Whatever is put in is text: nothing in it becomes markup.
#pragma once

#include "base/cgi.hpp"

#include <string>

namespace mn::list
{

struct PageFacts {
    std::string list;    ///< its address
    std::string address; ///< the subscriber
    std::string mail_to; ///< who leads back, or on; "": nobody
};

/// Whether to unsubscribe, with the button that does it.
cgi::Response question_page(const PageFacts& facts);
/// It is done, or was before. mail_to: who wants to join again writes there.
cgi::Response done_page(const PageFacts& facts);
/// 410. mail_to: unsubscribes by mail.
cgi::Response expired_page(const PageFacts& facts);
/// 403: nobody leaves by himself. mail_to: the owner.
cgi::Response closed_page(const PageFacts& facts);
/// Without any facts: 400, 404, 405, 413, 503.
cgi::Response refusal_page(int status);

} // namespace mn::list
