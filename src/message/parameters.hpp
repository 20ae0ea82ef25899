// A field like Content-Type or Content-Disposition, read leniently.
//
//   const FieldValue value = read_field_value("attachment; filename*=utf-8''na%C3%AFve.txt");
//   value.word                                    // "attachment"
//   find(value.parameters, "filename")            // "naïve.txt"
//
// Parameters in pieces and with an alphabet are put together [RFC2231 3] [RFC2231 4], encoded words
// where none may stand are decoded; of two of one name the first counts. Linear time, bounded,
// throws nothing for any bytes. For decisions use content_type.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mn
{

/// Names in lower case, once each; values are UTF-8 on one line.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// "" when there is none of that name.
std::string_view find(const Parameters& parameters, std::string_view name);

struct FieldValue {
    std::string
        word; ///< what stands before the first ";", in lower case, no space or comment in it
    Parameters parameters;
};

/// value: raw, may be folded.
FieldValue read_field_value(std::string_view value);

} // namespace mn
