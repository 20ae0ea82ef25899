#include "publish/changes.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <set>

namespace mn::publish
{
namespace
{

/// SUBJECT TAB what was said; neither can hold a tab or a line end.
std::string line_of(const Finding& finding)
{
    std::string said = told(finding, Form::plain);
    said.pop_back();
    return cat(printable(finding.subject), "\t", said);
}

std::string_view subject_of(std::string_view line)
{
    return line.substr(0, line.find('\t'));
}

} // namespace

Changes compare(std::string_view state, std::span<const Finding> findings)
{
    Changes changes;
    const std::vector<std::string_view> lines = split(state, '\n');
    const std::set<std::string_view> before(lines.begin(), lines.end());
    std::set<std::string> not_known;
    for (const Finding& finding : findings)
        if (finding.grade == Grade::unknown) not_known.insert(printable(finding.subject));
    for (const Finding& finding : findings) {
        const std::string line = line_of(finding);
        if (not_known.count(printable(finding.subject)) != 0) continue;
        changes.state += line + "\n";
        const bool is_news =
            before.count(line) == 0 && (!state.empty() || finding.grade != Grade::ok);
        if (is_news) changes.changed.push_back(&finding);
    }
    for (const std::string_view line : lines)
        if (not_known.count(std::string(subject_of(line))) != 0) changes.state += cat(line, "\n");
    return changes;
}

} // namespace mn::publish
