// Where the archive of a list is on the web, and where a post will be in it: known before it is
// there, for the name of its page is made of its Message-ID (message/message_key.hpp).
//
//   const std::string base = archive_address(list);       // "https://example.org/cats/"; "": none
//   const std::string page = address_on_web(list, header);  // "…/m/hx/hx….html"; "": nowhere
#pragma once

#include "list/list.hpp"

#include <string>
#include <string_view>

namespace mn::list
{

/// http or https, and nothing that could break out of < and >, or of quotes in HTML.
bool is_web_address(std::string_view text);

/// control/archiveurl with "/" at its end; "": there is none, or none that is a web address.
std::string archive_address(const List& list);

/// Why this is no line of control/archive_private, "name:hash": the end of a sentence that begins
/// "line 3 ". "" when it is one.
std::string_view why_no_web_account(std::string_view line);

/// Does its author ask that this mail is not put into archives for all the world?
/// X-No-Archive: yes, X-Archive: no, Archive: no; in any case, comments after it do not matter.
bool refuses_archive(std::string_view header);

/// header: of the post as it leaves, for its Message-ID counts. "": nowhere, because there is no
/// archive on the web, the post has no good Message-ID, or its author refuses.
std::string address_on_web(const List& list, std::string_view header);

} // namespace mn::list
