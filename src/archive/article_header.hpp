// What the header of a post says about it: who, when, about what, in answer to what.
//
//   Article article;
//   read_header(split_message(message).header, article);
//
// Linear time, bounded; throws nothing for any bytes.
#pragma once

#include "archive/article.hpp"

#include <string_view>

namespace mn::archive
{

/// Sets what is known then: everything but sections, attachments and remarks.
void read_header(std::string_view header, Article& article);

/// "Subject, by Ann Example" of a message attached to another.
std::string title_of(std::string_view header);

} // namespace mn::archive
