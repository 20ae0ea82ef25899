// Is any line longer than mail may have? Postfix and others break such lines on the way, and a
// signature made before with them. [RFC5322 2.1.1]
//
//   LineLength lines;
//   lines.add(header), lines.add(chunk) …
//   if (lines.is_too_long()) …
//
// LF and CRLF end lines and do not count; cut anywhere. Costs next to nothing.
#pragma once

#include <cstddef>
#include <string_view>

namespace mn
{

inline constexpr std::size_t max_line_length = 998; ///< octets

class LineLength
{
public:
    void add(std::string_view bytes);

    bool is_too_long() const;

private:
    std::size_t length_ = 0; ///< of the line that has not ended yet, with its CR if it has one
    bool ends_in_return_ = false;
    bool found_ = false;
};

} // namespace mn
