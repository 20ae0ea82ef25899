#include "config/problem.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn::config
{

std::string describe(const Problem& problem)
{
    std::string text = printable(problem.file);
    if (problem.line > 0) text.append(":").append(std::to_string(problem.line));
    text.append(problem.severity == Severity::error ? ": error: " : ": warning: ");
    text.append(printable(problem.what));
    if (!problem.remedy.empty()) text.append("; ").append(printable(problem.remedy));
    return text;
}

bool has_errors(const std::vector<Problem>& problems)
{
    return std::any_of(problems.begin(), problems.end(), [](const Problem& problem) {
        return problem.severity == Severity::error;
    });
}

} // namespace mn::config
