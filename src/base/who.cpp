#include "base/who.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <optional>
#include <unistd.h>

namespace mn
{
namespace
{

constexpr std::size_t max_passwd = std::size_t{4} << 20;

std::optional<std::string> content_of(const std::string& path)
{
    try {
        return read_file(path, max_passwd);
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// Nothing where nobody logged in: cron, a container.
std::optional<std::uint64_t> login_uid()
{
    constexpr std::uint64_t nobody = 4294967295;
    const auto text = content_of("/proc/self/loginuid");
    const auto uid = text ? parse_number(trim(*text)) : std::nullopt;
    return uid == nobody ? std::nullopt : uid;
}

} // namespace

std::string who_runs_this()
{
    const std::string uid = std::to_string(login_uid().value_or(::getuid()));
    // getpwuid(3) would need shared libraries, which a static program does not have.
    if (const auto passwd = content_of("/etc/passwd"))
        for (const std::string_view line : split(*passwd, '\n'))
            if (const auto fields = split(line, ':'); fields.size() > 2 && fields[2] == uid)
                return printable(fields[0]);
    return cat("uid ", uid);
}

} // namespace mn
