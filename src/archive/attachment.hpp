// Parts of a post that are not shown, but offered.
//
//   Attachment attachment = attachment_of(part);
//
// What their senders call them is for people only: no path, no control characters.
#pragma once

#include "archive/article.hpp"
#include "message/parts.hpp"

#include <string>
#include <string_view>

namespace mn::archive
{

Attachment attachment_of(const Part& part);

/// A patch, which people want to read and not only to have.
bool is_patch(const Part& part);

/// "812 bytes", "12 KB", "3.4 MB"
std::string size_text(std::size_t bytes);

/// How people call it: its name, or what it is.
std::string label_of(const Attachment& attachment);

} // namespace mn::archive
