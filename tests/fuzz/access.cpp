// list/access: any rules meet any header; the verdict is that of a line there is, and always the
// same.
#include "fuzz.hpp"

#include "list/access.hpp"

#include <algorithm>

void fuzz(std::string_view input)
{
    // Rules, an empty line, a header.
    const std::size_t end = input.find("\n\n");
    const std::string_view text = input.substr(0, end);
    const std::string_view header = end == std::string_view::npos ? "" : input.substr(end + 2);
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    const mn::list::AccessRules rules = mn::list::parse_access(text);
    const mn::list::AccessVerdict verdict = rules.judge(header);
    promise(verdict.line <= lines);
    promise(verdict.line != 0 || verdict.action == mn::list::AccessAction::deny);
    promise(rules.judge(header).line == verdict.line);
    for (const auto& problem : rules.problems()) {
        promise(problem.line >= 1 && problem.line <= lines);
        if (problem.line == verdict.line) promise(verdict.action == mn::list::AccessAction::deny);
    }
}
