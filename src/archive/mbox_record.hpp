// A message in the mbox of a month: what readers may see of it, in the form that mail programs read
// and the search looks through.
//
//   mbox += mbox_record(facts, article, place, body_text(article, facts.addresses));
//
// mboxrd: a line "From KEY@DOMAIN Thu Nov 26 09:50:21 2026", then fields, one line each, in UTF-8
// [RFC6532 3.2], an empty line, the text, an empty line; ">" before each line of the text that is
// "From " after any number of ">". LF. Message-ID only where addresses are shown in full.
#pragma once

#include "archive/pages.hpp"

#include <string>
#include <string_view>

namespace mn::archive
{

std::string mbox_record(const ListFacts& facts, const Article& article, const Place& place,
                        std::string_view text);

} // namespace mn::archive
