#include "base/error.hpp"
#include "base/lock.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <csignal>
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
