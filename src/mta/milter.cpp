#include "mta/milter.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "mta/milter_session.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace mn::mta
{

void run_milter(MilterFilter& filter, int input, int output, const MilterLimits& limits)
{
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    ::sigaction(SIGALRM, &action, nullptr);
    MilterSession(filter, input, output, limits).run();
    ::alarm(0);
}

void silence_milter(int argc, char** argv)
{
    char** const end = std::find(argv, argv + argc, std::string_view("--"));
    if (std::find(argv, end, std::string_view("--milter")) == end) return;
    const Fd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!null || ::dup2(null.get(), STDERR_FILENO) < 0)
        throw system_error(errno, "open", "/dev/null");
}

} // namespace mn::mta
