// What tests of publish/ say of findings.
#pragma once

#include "publish/finding.hpp"

#include <string>
#include <vector>

namespace mn::publish
{

/// "mx-missing spf": the checks that have no OK, in order; unknown ones with "?".
inline std::string troubles(const std::vector<Finding>& findings)
{
    std::string names;
    for (const Finding& finding : findings) {
        if (finding.grade == Grade::ok) continue;
        names += names.empty() ? "" : " ";
        names += finding.check + (finding.grade == Grade::unknown ? "?" : "");
    }
    return names;
}

} // namespace mn::publish
