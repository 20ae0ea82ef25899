// The one error type of the project, and the one place that knows exit numbers.
//
// Two kinds of "went wrong" are kept apart:
//   * an outcome the caller expects (no such alias, no such folder) is a return value;
//   * a reason to stop this attempt is a thrown mn::Error.
// Library code throws, cli/tool.cpp catches, once, for every tool.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace mn
{

/// Numbers a process may end with. The names of sysexits(3) where Postfix pipe(8) reads them.
namespace exit_status
{
inline constexpr int ok = 0;
inline constexpr int found_problems = 1; ///< admin tools: the answer is "no", as with grep or diff
inline constexpr int failed = 2;         ///< admin tools: could not do it
inline constexpr int usage = 64;         ///< admin tools: wrong options or arguments
inline constexpr int data_error = 65;
inline constexpr int no_user = 67;
inline constexpr int unavailable = 69;
inline constexpr int try_again = 75;
inline constexpr int no_permission = 77;
} // namespace exit_status

/// Why an attempt stops. The enhanced status code [RFC3463 2] decides everything: the text that
/// Postfix pipe(8) reads and the exit status it falls back on both follow from it.
class Error : public std::runtime_error
{
public:
    /// status: "4.x.x" (try again) or "5.x.x" (give up).
    /// reason: one line that a stranger may read, for it ends up in a bounce: no path, no secret.
    /// detail: a whole sentence for the postmaster (log, terminal), which an admin tool prints
    ///         instead of reason. May be empty.
    Error(std::string_view status, const std::string& reason, std::string detail = {});

    const std::string& status() const noexcept { return status_; }
    const std::string& detail() const noexcept { return detail_; }

    /// sysexits(3) number of the status code: 75 for every 4.x.x.
    int exit_status() const noexcept;

private:
    std::string status_;
    std::string detail_;
};

/// What the command line asks for makes no sense. Exit status 64 in an admin tool; in the mail
/// path a mistake in master.cf, so temporary: the admin can mend it and the mail can wait.
class UsageError : public Error
{
public:
    explicit UsageError(const std::string& what);
};

/// Error for a failed system call; always temporary, for mail that waits can still be saved.
/// action: what was tried, for the detail: "create a file in". path: on what.
Error system_error(int errno_value, std::string_view action, std::string_view path);

} // namespace mn
