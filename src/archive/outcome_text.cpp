#include "archive/outcome_text.hpp"

#include "base/text.hpp"

namespace mn::archive
{

std::string outcome_line(const Outcome& outcome)
{
    if (outcome.is_busy) return "another run is under way";
    if (outcome.was_removed) return "no longer published: pages removed";
    if (!outcome.is_published) return "not published: no control/archiveurl";
    const std::string total = cat(std::to_string(outcome.messages), " messages at ", outcome.url);
    if (!outcome.was_rebuilt) return cat(std::to_string(outcome.added), " new; ", total);
    return cat("all pages made", outcome.why.empty() ? "" : cat(" (", outcome.why, ")"), "; ",
               total);
}

Json outcome_json(const std::string& directory, const Outcome& outcome)
{
    Json line;
    line.add("list", directory).add("url", outcome.url).add("added", outcome.added);
    line.add("messages", outcome.messages).add("rebuilt", outcome.was_rebuilt);
    return line.add("removed", outcome.was_removed).add("busy", outcome.is_busy);
}

} // namespace mn::archive
