// What is wrong in a file that the admin edits: where, what, and how to mend it.
#pragma once

#include "base/json.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mn::config
{

enum class Severity {
    error,   ///< the file cannot be used as it is
    warning, ///< it works, but probably not as meant
};

struct Problem {
    Severity severity;
    std::string file;
    std::size_t line; ///< 1 is the first; 0 when the problem is not on one line
    std::string what;
    std::string remedy; ///< one short imperative sentence; may be empty
};

/// "FILE:LINE: error: WHAT; REMEDY", as compilers write it, so that editors can jump there.
std::string describe(const Problem& problem);

/// The same for programs: severity, file, line (if any), what, remedy (if any).
Json to_json(const Problem& problem);

bool has_errors(const std::vector<Problem>& problems);

} // namespace mn::config
