// What our own Authentication-Results say of the author.
//
//   mail.standing = standing_of(header, "mx.example.org");
//
// To be trusted only where mn-verify(1) saw the message come in and removed what others had written
// in that name; a message without any was written on this node. Pure; any bytes go in.
#pragma once

#include "list/mail.hpp"

#include <string_view>

namespace mn::list
{

/// header: all fields of the message. Several author domains: the worst of them counts.
Standing standing_of(std::string_view header, std::string_view authserv_id);

} // namespace mn::list
