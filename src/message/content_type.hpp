// What a Content-Type field says, for decisions about changing a body. [RFC2045 5.1]
//
//   const auto type = parse_content_type(field.value);
//   if (type && type->is("multipart", "mixed")) use(type->parameter("boundary"));
//
// Strict: nothing where readers could differ, as when a parameter is given twice or cut in pieces
// [RFC2231 3]. Linear time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mn
{

struct ContentType {
    std::string type;                                            ///< lower case
    std::string subtype;                                         ///< lower case
    std::vector<std::pair<std::string, std::string>> parameters; ///< names in lower case

    bool is(std::string_view wanted_type, std::string_view wanted_subtype) const;
    /// "" when there is none of that name.
    std::string_view parameter(std::string_view name) const;
};

/// value: raw, may be folded.
std::optional<ContentType> parse_content_type(std::string_view value);

/// Is the line the delimiter of that boundary, the last one ("--x--") or not? [RFC2046 5.1.1]
enum class Delimiter { none, next, last };
Delimiter delimiter_of(std::string_view line, std::string_view boundary);

} // namespace mn
