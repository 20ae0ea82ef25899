// Which parts of a post are shown, which are attachments, and what there is to say about them.
//
//   Article article;
//   read_body(message, article);
//
// Of alternatives the plain text is shown; where there is only HTML, its text. Linear time; at most
// max_shown bytes of text; throws nothing for any bytes.
#pragma once

#include "archive/article.hpp"

#include <cstddef>
#include <string_view>

namespace mn::archive
{

inline constexpr std::size_t max_shown = 500000;

/// Sets sections, attachments and remarks.
void read_body(std::string_view message, Article& article);

} // namespace mn::archive
