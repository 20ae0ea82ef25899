#include "base/error.hpp"
#include "base/lock.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace
{

/// Another process tries, for that is whom the lock is for. 0: got it, 1: Error 4.3.2, 2: else.
int try_in_another_process(const std::string& path, std::chrono::milliseconds patience)
{
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            const mn::Lock lock(path, patience);
            ::_exit(0);
        } catch (const mn::Error& error) {
            ::_exit(error.status() == "4.3.2" ? 1 : 2);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

mn::Fd open_file(const std::string& path)
{
    mn::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(fd);
    return fd;
}

/// The same for an open file: 0: got it, 1: somebody else has it.
int try_file_in_another_process(const std::string& path, mn::LockHolder holder)
{
    const pid_t child = ::fork();
    if (child == 0) ::_exit(mn::try_lock(open_file(path).get(), path, holder) ? 0 : 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

} // namespace

TEST_CASE("base/lock: one process at a time")
{
    const ScratchDirectory scratch;
    const std::string path = scratch.file("lock");
    {
        const mn::Lock lock(path, 0ms);
        CHECK(try_in_another_process(path, 0ms) == 1);
        const auto start = std::chrono::steady_clock::now();
        CHECK(try_in_another_process(path, 100ms) == 1);
        CHECK(std::chrono::steady_clock::now() - start >= 100ms);
    }
    CHECK(try_in_another_process(path, 0ms) == 0);
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("base/lock: the lock of a process that was killed is gone")
{
    const ScratchDirectory scratch;
    const std::string path = scratch.file("lock");
    const pid_t child = ::fork();
    if (child == 0) {
        const mn::Lock lock(path, 0ms);
        ::raise(SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    const mn::Lock lock(path, 0ms);
}

TEST_CASE("base/lock: a lock file that cannot be made, or is a link, is an error")
{
    const ScratchDirectory scratch;
    CHECK(try_in_another_process(scratch.file("no/lock"), 0ms) == 2);
    REQUIRE(::symlink("elsewhere", scratch.file("link").c_str()) == 0);
    CHECK_THROWS_AS(mn::Lock(scratch.file("link"), 0ms), mn::Error);
    CHECK_FALSE(std::filesystem::exists(scratch.file("elsewhere")));
}

TEST_CASE("base/lock: either kind of lock keeps the other out, until its holder lets go")
{
    using mn::LockHolder;
    const ScratchDirectory scratch;
    const std::string path = scratch.file("file");
    for (const LockHolder holder : {LockHolder::process, LockHolder::descriptor}) {
        mn::Fd fd = open_file(path);
        REQUIRE(mn::try_lock(fd.get(), path, holder));
        CHECK(try_file_in_another_process(path, LockHolder::process) == 1);
        CHECK(try_file_in_another_process(path, LockHolder::descriptor) == 1);
        open_file(path); // and closes it again
        const int outcome = try_file_in_another_process(path, LockHolder::process);
        CHECK(outcome == (holder == LockHolder::process ? 0 : 1));
        fd = mn::Fd();
        CHECK(try_file_in_another_process(path, LockHolder::process) == 0);
    }
    CHECK_THROWS_AS(mn::try_lock(-1, path, LockHolder::process), mn::Error);
}

TEST_CASE("base/lock: we keep trying until it works or patience ends")
{
    int attempts = 0;
    CHECK(mn::keep_trying(0ms, [] { return true; }));
    CHECK(mn::keep_trying(60s, [&] { return ++attempts == 4; }));
    CHECK(attempts == 4);
    const auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(mn::keep_trying(30ms, [] { return false; }));
    CHECK(std::chrono::steady_clock::now() - start >= 30ms);
}
