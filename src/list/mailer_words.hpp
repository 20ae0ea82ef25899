// What mailers say in plain words when a mail did not arrive, for bounces and answers that have no
// status code.
//
//   if (is_from_mailer(header)) weight = weigh_words(mailer_words(body));
#pragma once

#include "list/dsn.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mn::list
{

/// Written by a mailer, by the fields of the header: not by a person, nor by the machine that
/// answers for a person on holiday. [RFC3834 5]
bool is_from_mailer(std::string_view header);

/// The body up to where the mail begins that the mailer returns, lower case; at most 16 KiB.
std::string mailer_words(std::string_view body);

/// words: lower case. Nothing when they say nothing that is known here.
std::optional<BounceWeight> weigh_words(std::string_view words);

/// The mailer has not given up yet.
bool is_delay(std::string_view words);

} // namespace mn::list
