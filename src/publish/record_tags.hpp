// tag=value; tag=value: the text of a record of our own, read as leniently as people write it, so
// that what is wrong with it can be told.
//
//   for (const Tag& tag : tags_of("v=DMARC1; p=none")) …
//   value_of(tags, "p")                       // "none"
//
// Names in lower case; values are views into the text, which must outlive them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mn::publish
{

struct Tag {
    std::string name;
    std::string_view value; ///< without white space at its ends; empty when there is no "="
};

/// Empty pieces are left out.
std::vector<Tag> tags_of(std::string_view text);

/// Of the first tag of this name; empty when there is none.
std::string_view value_of(const std::vector<Tag>& tags, std::string_view name);

} // namespace mn::publish
