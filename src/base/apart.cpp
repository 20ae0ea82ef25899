#include "base/apart.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mn
{
namespace
{

constexpr std::size_t max_result = std::size_t{1} << 28;

/// Ends the process: 0 when the result is written.
[[noreturn]] void work_and_end(const std::function<std::string()>& work, int result, pid_t parent)
{
    int status = exit_status::try_again;
    try {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(status); // it has ended before we said so
        write_all(result, work(), "a result");
        status = exit_status::ok;
    } catch (const Error& error) {
        log::warning(cat(error.status(), " ", error.what(), ": ", error.detail()));
    } catch (const std::exception& exception) {
        log::warning(exception.what());
    } catch (...) {
        log::warning("unknown exception");
    }
    ::_exit(status);
}

} // namespace

std::string run_apart(const std::function<std::string()>& work)
{
    const Fd result = input_of("");
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) throw system_error(errno, "start", "a process of our own");
    if (child == 0) work_and_end(work, result.get(), parent);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) throw system_error(errno, "wait for", "a process of our own");
    if (WIFSIGNALED(status))
        throw Error(
            "4.3.0", "mail system error",
            cat("a process of ours was ended by signal ", std::to_string(WTERMSIG(status))));
    if (WEXITSTATUS(status) != 0)
        throw Error("4.3.0", "mail system error", "a process of ours has failed");
    if (::lseek(result.get(), 0, SEEK_SET) != 0) throw system_error(errno, "read", "a result");
    return read_all(result.get(), max_result, "a result");
}

} // namespace mn
