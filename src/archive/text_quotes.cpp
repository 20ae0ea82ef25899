#include "archive/text_quotes.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

std::string_view take_line(std::string_view& rest)
{
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

/// "> > text", ">>text"
QuotedLine quoted_line(std::string_view line)
{
    QuotedLine quoted{0, line};
    while (quoted.text.starts_with('>') || quoted.text.starts_with(" >")) {
        if (quoted.depth == 0 && quoted.text.front() == ' ') break;
        quoted.text.remove_prefix(quoted.text.find('>') + 1);
        ++quoted.depth;
    }
    if (quoted.depth > 0 && quoted.text.starts_with(' ')) quoted.text.remove_prefix(1);
    return quoted;
}

/// A line of flowed text, taken apart. [RFC3676 4.5]
struct FlowedLine {
    std::size_t depth = 0;
    std::string_view text;
    bool flows = false; ///< into the next
};

FlowedLine flowed_line(std::string_view line)
{
    FlowedLine flowed;
    flowed.depth = std::min(line.find_first_not_of('>'), line.size());
    flowed.text = line.substr(flowed.depth);
    if (flowed.text.starts_with(' ')) flowed.text.remove_prefix(1);
    flowed.flows = flowed.text.ends_with(' ') && !begins_signature(flowed.text);
    return flowed;
}

} // namespace

bool begins_signature(std::string_view line)
{
    return line == "-- ";
}

std::vector<QuotedLine> quoted_lines(std::string_view text)
{
    std::vector<QuotedLine> lines;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        const bool after_quote = !lines.empty() && lines.back().depth > 0;
        // Programs that keep mail in mbox files leave this behind.
        const bool is_mbox_from = line.starts_with(">From ") && !after_quote;
        lines.push_back(is_mbox_from ? QuotedLine{0, line.substr(1)} : quoted_line(line));
    }
    while (!lines.empty() && lines.back().text.empty())
        lines.pop_back();
    return lines;
}

std::string unflowed(std::string_view text, bool deletes_space)
{
    std::string out;
    out.reserve(text.size());
    bool is_open = false; // the line before flows into this one, if it is of the same depth
    std::size_t open_depth = 0;
    while (!text.empty()) {
        const FlowedLine line = flowed_line(take_line(text));
        const bool continues = is_open && line.depth == open_depth && !begins_signature(line.text);
        if (is_open && !continues) out.push_back('\n');
        if (!continues) {
            out.append(line.depth, '>');
            // What begins with ">" and is not quoted had a space before it.
            const bool looks_quoted = line.text.starts_with('>');
            if (line.depth > 0 || looks_quoted) out.push_back(' ');
        }
        out.append(line.text);
        if (line.flows && deletes_space) out.pop_back();
        if (!line.flows) out.push_back('\n');
        is_open = line.flows;
        open_depth = line.depth;
    }
    return out;
}

} // namespace mn::archive
