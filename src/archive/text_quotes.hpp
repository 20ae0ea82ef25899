// Lines of a mail with the depth of their quotation, and flowed text put together.
//
//   for (const QuotedLine line : quoted_lines(unflowed(text, false)))
//       show(line.depth, line.text);
//
// text: LF. Linear time. Views into the text, which must outlive them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mn::archive
{

struct QuotedLine {
    unsigned depth = 0; ///< 0: not quoted
    std::string_view text;
};

/// All lines, without the marks of quotation. Empty ones at the end are left out.
std::vector<QuotedLine> quoted_lines(std::string_view text);

/// Lines that belong together put together, what was stuffed with spaces as it was. [RFC3676 4]
std::string unflowed(std::string_view text, bool deletes_space);

/// The line that says that the rest is a signature. [RFC3676 4.3]
bool begins_signature(std::string_view line);

} // namespace mn::archive
