#include "base/log.hpp"

#include "base/text.hpp"

#include <syslog.h>

namespace mn::log
{
namespace
{

std::string program_name;
std::string line_prefix;

void write(int priority, std::string_view text)
{
    // Nothing is opened before the first line: most runs have nothing to say.
    ::openlog(program_name.c_str(), LOG_PID, LOG_MAIL);
    ::syslog(priority, "%s%s", line_prefix.c_str(), printable(text).c_str());
}

} // namespace

void identify(const std::string& program, const std::string& queue_id)
{
    program_name = program;
    line_prefix = queue_id.empty() ? std::string() : cat(queue_id, ": ");
}

void info(std::string_view text)
{
    write(LOG_INFO, text);
}

void warning(std::string_view text)
{
    write(LOG_WARNING, text);
}

} // namespace mn::log
