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

Json to_json(const Problem& problem)
{
    Json json;
    json.add("severity", problem.severity == Severity::error ? "error" : "warning");
    json.add("file", problem.file);
    if (problem.line > 0) json.add("line", problem.line);
    json.add("what", problem.what);
    if (!problem.remedy.empty()) json.add("remedy", problem.remedy);
    return json;
}

bool has_errors(const std::vector<Problem>& problems)
{
    return std::any_of(problems.begin(), problems.end(),
                       [](const Problem& problem) { return problem.severity == Severity::error; });
}

} // namespace mn::config
