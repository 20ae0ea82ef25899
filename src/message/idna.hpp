// Domains with letters of other alphabets, as the DNS has them. [RFC5890 2.3.2.1]
//
//   ascii_domain("bücher.example")        // "xn--bcher-kva.example"
//
// Takes a domain as it has to stand in a message: normalised, in lower case. What is not is
// translated as it is and then names nothing that could be registered.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mn
{

/// In lower case. Nothing when it is not UTF-8, or a label gets longer than the DNS takes.
std::optional<std::string> ascii_domain(std::string_view domain);

} // namespace mn
