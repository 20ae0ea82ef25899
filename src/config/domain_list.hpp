// A file with one domain a line, as userconfig/trusted-sealers: "#" begins a comment.
//
//   const DomainList list = read_domain_list("userconfig/trusted-sealers");
//   if (has_errors(list.problems)) …
#pragma once

#include "config/problem.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

struct DomainList {
    std::vector<std::string> domains; ///< lower case, each once, in the order of the file
    std::vector<Problem> problems;    ///< lines that are no domain: errors, and not in domains
};

/// file: names the text in problems.
DomainList parse_domain_list(std::string_view text, const std::string& file);

/// Throws Error when the file cannot be read.
DomainList read_domain_list(const std::string& path);

} // namespace mn::config
