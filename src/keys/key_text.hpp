// A key, its record and what was found about it, told: for people, and as JSON.
//
//   print(record_text(key, Form::zone));  // default._domainkey.example.org. IN TXT "v=DKIM1; …"
//
// Whole lines, each with its line end.
#pragma once

#include "keys/key_check.hpp"
#include "keys/stored_key.hpp"

#include <string>

namespace mn::keys
{

enum class Form : std::uint8_t {
    plain, ///< for people, and records as a line of a zone file
    web,   ///< records: name and text on a line each, as web forms want them
    json,  ///< an object a line
};

std::string record_text(const StoredKey& key, Form form);

/// Domain, selector, state and algorithm, with tabs between them.
std::string key_text(const StoredKey& key, Form form);

std::string problem_text(const config::Problem& problem, Form form);

std::string report_text(const StoredKey& key, const Report& report, Form form);

} // namespace mn::keys
