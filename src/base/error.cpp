#include "base/error.hpp"

#include "base/text.hpp"

#include <cerrno>
#include <cstring>

namespace mn
{
namespace
{

struct Reason {
    std::string_view status;
    const char* text;
};

/// The enhanced status code of an errno value and what a stranger may know of it. [RFC3463 3]
Reason reason_of(int errno_value)
{
    switch (errno_value) {
    case ENOSPC:
    case EFBIG:
        return {"4.3.1", "mail system full"};
    case EDQUOT:
        return {"4.2.2", "mailbox full"};
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
    case ENOENT:
    case ENOTDIR:
        return {"4.3.5", "mail system configuration error"};
    case ENOMEM:
    case EMFILE:
    case ENFILE:
        return {"4.3.2", "mail system short of resources"};
    default:
        return {"4.3.0", "mail system error"};
    }
}

} // namespace

Error::Error(std::string_view status, const std::string& reason, std::string detail)
    : std::runtime_error(reason), status_(status), detail_(std::move(detail))
{
}

int Error::exit_status() const noexcept
{
    const std::string_view status = status_;
    if (!status.starts_with("5.")) return exit_status::try_again;
    if (status.starts_with("5.1.")) return exit_status::no_user;
    if (status.starts_with("5.6.")) return exit_status::data_error;
    if (status.starts_with("5.7.")) return exit_status::no_permission;
    return exit_status::unavailable;
}

UsageError::UsageError(const std::string& what)
    : Error("4.3.5", "mail system configuration error", what)
{
}

Error system_error(int errno_value, std::string_view action, std::string_view path)
{
    const Reason reason = reason_of(errno_value);
    return Error(reason.status, reason.text,
                 cat("cannot ", action, " ", path, ": ", std::strerror(errno_value)));
}

} // namespace mn
