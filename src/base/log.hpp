// Lines for the postmaster: syslog, facility mail, as Postfix and Dovecot write theirs.
#pragma once

#include <string>
#include <string_view>

namespace mn::log
{

/// Who speaks, for every line from now on. queue_id may be empty.
/// A line reads "mn-deliver[123]: 4Zk…: text".
void identify(const std::string& program, const std::string& queue_id);

void info(std::string_view text);
void warning(std::string_view text);

} // namespace mn::log
