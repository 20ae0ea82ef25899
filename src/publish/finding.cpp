#include "publish/finding.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace mn::publish
{
namespace
{

constexpr std::size_t check_width = 18; // of the longest names, nearly

std::string joined(const std::vector<std::string>& texts)
{
    std::string all;
    for (const std::string& text : texts)
        all.append(all.empty() ? "" : " | ").append(printable(text));
    return all;
}

std::string colour_of(Grade grade)
{
    constexpr std::array<std::string_view, 4> codes{"32", "33", "31", "35"};
    return cat("\033[", codes.at(static_cast<std::size_t>(grade)), "m");
}

std::string plain_text(const Finding& finding)
{
    std::string line = cat(grade_name(finding.grade), " ", finding.check, ": ", finding.subject,
                           ": ", printable(finding.text));
    if (finding.grade != Grade::ok) {
        if (!finding.published.empty()) line += cat("; published: ", joined(finding.published));
        if (!finding.wanted.empty()) line += cat("; should be: ", printable(finding.wanted));
        if (!finding.remedy.empty()) line += cat("; to do: ", printable(finding.remedy));
    }
    return line + "\n";
}

std::string terminal_text(const Finding& finding)
{
    const std::string grade(grade_name(finding.grade));
    const std::size_t fill = check_width - std::min(check_width, finding.check.size());
    std::string text =
        cat(colour_of(finding.grade), grade, "\033[0m", std::string(6 - grade.size(), ' '),
            finding.check, std::string(fill + 1, ' '), finding.subject, ": ",
            printable(finding.text), "\n");
    const auto detail = [&](std::string_view label, const std::string& what) {
        if (!what.empty()) text += cat("        ", label, what, "\n");
    };
    if (finding.grade == Grade::ok) return text;
    for (const std::string& published : finding.published)
        detail("published  ", printable(published));
    detail("should be  ", printable(finding.wanted));
    detail("to do      ", printable(finding.remedy));
    return text;
}

std::string json_text(const Finding& finding)
{
    constexpr std::array<std::string_view, 4> names{"ok", "warn", "fail", "unknown"};
    Json json;
    json.add("result", names.at(static_cast<std::size_t>(finding.grade)))
        .add("check", finding.check)
        .add("subject", finding.subject)
        .add("text", finding.text)
        .add("published", finding.published);
    if (!finding.wanted.empty()) json.add("wanted", finding.wanted);
    if (!finding.remedy.empty()) json.add("remedy", finding.remedy);
    return cat(json.text(), "\n");
}

} // namespace

std::string_view grade_name(Grade grade)
{
    constexpr std::array<std::string_view, 4> names{"OK", "WARN", "FAIL", "????"};
    return names.at(static_cast<std::size_t>(grade));
}

std::string told(const Finding& finding, Form form)
{
    if (form == Form::json) return json_text(finding);
    return form == Form::terminal ? terminal_text(finding) : plain_text(finding);
}

Finding no_answer(std::string_view check, std::string_view subject, const dns::Answer& answer)
{
    return {.grade = Grade::unknown,
            .check = std::string(check),
            .subject = std::string(subject),
            .text = cat("could not find out: the DNS says: ", answer.problem),
            .published = {},
            .wanted = {},
            .remedy = "try again, or with another --nameserver"};
}

bool has_problems(std::span<const Finding> findings)
{
    return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.grade == Grade::warning || finding.grade == Grade::failure;
    });
}

bool has_unknown(std::span<const Finding> findings)
{
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.grade == Grade::unknown; });
}

} // namespace mn::publish
