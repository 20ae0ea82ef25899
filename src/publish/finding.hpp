// One thing that was looked at: is it as it should be, and if not, what to do.
//
//   findings.push_back({.grade = Grade::failure, .check = "mx-missing",
//                       .subject = "example.org MX", .text = "there is none",
//                       .wanted = …, .remedy = …});
//   print(told(finding, Form::plain));
//
// Texts are for people and hold no control characters, whatever the DNS said: told() sees to that.
#pragma once

#include "dns/resolver.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::publish
{

enum class Grade : std::uint8_t {
    ok,
    warning, ///< works, but not for all, or not for long
    failure,
    unknown, ///< could not find out: a server that does not answer is no fault of the record
};

std::string_view grade_name(Grade grade); ///< "OK", "WARN", "FAIL", "????"

struct Finding {
    Grade grade = Grade::ok;
    std::string check;   ///< "mx"; what is wrong has a name of its own, "mx-missing"
    std::string subject; ///< what was looked at, the same every time: "example.org MX"
    std::string text;    ///< what was found
    std::vector<std::string> published;
    std::string wanted; ///< what should be published; may be empty
    std::string remedy; ///< what to do; empty when it is OK
};

enum class Form : std::uint8_t {
    plain,    ///< a line each, for grep and cron
    terminal, ///< coloured, with details on lines of their own
    json,     ///< an object a line
};

/// Whole lines, each with its line end.
std::string told(const Finding& finding, Form form);

/// The answer did not come.
Finding no_answer(std::string_view check, std::string_view subject, const dns::Answer& answer);

bool has_problems(std::span<const Finding> findings); ///< warnings, too
bool has_unknown(std::span<const Finding> findings);

} // namespace mn::publish
