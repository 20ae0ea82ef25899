#include "base/process.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mn
{
namespace
{

using SteadyClock = std::chrono::steady_clock;

struct Pipe {
    Fd reader;
    Fd writer;
};

Pipe make_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error(errno, "make", "a pipe");
    Pipe pipe{Fd(ends[0]), Fd(ends[1])};
    // Only our end: what a grandchild still holds open must not keep us waiting.
    if (::fcntl(pipe.reader.get(), F_SETFL, O_NONBLOCK) != 0)
        throw system_error(errno, "prepare", "a pipe");
    return pipe;
}

/// What posix_spawn(3) is to do, freed when done.
struct SpawnPlan {
    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};

    SpawnPlan()
    {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawnattr_init(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan()
    {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }
};

/// All signals as a fresh process has them, and a process group of its own, to be killed as one.
void reset_signals_and_group(posix_spawnattr_t& attributes)
{
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                POSIX_SPAWN_SETPGROUP);
}

pid_t start(const Program& program, int output, int errors)
{
    SpawnPlan plan;
    if (program.input >= 0)
        ::posix_spawn_file_actions_adddup2(&plan.files, program.input, STDIN_FILENO);
    else
        ::posix_spawn_file_actions_addopen(&plan.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&plan.files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&plan.files, errors, STDERR_FILENO);
    reset_signals_and_group(plan.attributes);

    std::vector<char*> arguments;
    for (const std::string& argument : program.arguments)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = -1;
    const int failure = ::posix_spawnp(&pid, arguments[0], &plan.files, &plan.attributes,
                                       arguments.data(), ::environ);
    if (failure != 0) throw system_error(failure, "run", program.arguments.front());
    return pid;
}

/// Becomes readable when the process ends. glibc 2.36 declares pidfd_open(2) for C alone.
Fd descriptor_of(pid_t pid)
{
    return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

/// Read what is there, without waiting. False at the end of the pipe.
bool drain(const Fd& pipe, std::string& kept, std::size_t limit)
{
    std::array<char, 16384> buffer;
    // Enough to empty a full pipe; no more, lest a writer that never rests outlives its deadline.
    for (int round = 0; round < 16; ++round) {
        const ssize_t count = ::read(pipe.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno == EAGAIN;
        if (count == 0) return false;
        kept.append(buffer.data(), std::min(static_cast<std::size_t>(count), limit - kept.size()));
    }
    return true;
}

/// Follow the program until it ends, keeping what it says. False when the deadline came first.
bool follow(const Fd& process, Fd& output, Fd& errors, std::size_t limit,
            SteadyClock::time_point deadline, Outcome& outcome)
{
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
        if (left <= 0) return false;
        std::array<pollfd, 3> waiting{
            {{process.get(), POLLIN, 0}, {output.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}}};
        const int step = static_cast<int>(std::min<decltype(left)>(left, 3'600'000));
        if (::poll(waiting.data(), waiting.size(), step) < 0 && errno != EINTR)
            throw system_error(errno, "wait for", "a program");
        // A pipe at its end would wake us for ever; poll(2) passes over -1.
        if (output && !drain(output, outcome.output, limit)) output.reset();
        if (errors && !drain(errors, outcome.errors, limit)) errors.reset();
        if ((waiting[0].revents & POLLIN) != 0) return true;
    }
}

void collect(pid_t pid, Outcome& outcome)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) throw system_error(errno, "wait for", "a program");
    }
    outcome.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

} // namespace

Outcome run_program(const Program& program)
{
    const auto deadline = SteadyClock::now() + program.time_limit;
    Pipe output = make_pipe();
    Pipe errors = make_pipe();
    const pid_t pid = start(program, output.writer.get(), errors.writer.get());
    output.writer.reset();
    errors.writer.reset();

    Outcome outcome;
    const Fd process = descriptor_of(pid);
    const bool ended = process && follow(process, output.reader, errors.reader,
                                         program.output_limit, deadline, outcome);
    if (!ended) ::kill(-pid, SIGKILL);
    outcome.timed_out = !ended;
    collect(pid, outcome);
    return outcome;
}

Fd input_of(std::string_view text)
{
    Fd file(::memfd_create("input", MFD_CLOEXEC));
    if (!file) throw system_error(errno, "make", "a file in memory");
    write_all(file.get(), text, "a file in memory");
    if (::lseek(file.get(), 0, SEEK_SET) != 0)
        throw system_error(errno, "rewind", "a file in memory");
    return file;
}

} // namespace mn
