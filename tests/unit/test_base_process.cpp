#include "base/error.hpp"
#include "base/process.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <unistd.h>

using namespace std::chrono_literals;
using namespace std::string_literals;

namespace
{

mn::Outcome shell(const std::string& script, std::chrono::milliseconds time_limit = 20s)
{
    return mn::run_program({.arguments = {"/bin/sh", "-c", script}, .time_limit = time_limit});
}

} // namespace

TEST_CASE("base/process: the exit status is a value")
{
    CHECK(shell("exit 0").succeeded());
    CHECK(shell("exit 75").exit_status == 75);
    const mn::Outcome killed = shell("kill -TERM $$");
    CHECK(killed.signal == SIGTERM);
    CHECK(killed.exit_status == -1);
    CHECK_FALSE(killed.succeeded());
    CHECK_FALSE(killed.timed_out);
}

TEST_CASE("base/process: arguments arrive as they are")
{
    const mn::Outcome outcome =
        mn::run_program({.arguments = {"printf", "<%s>", "", "a b", "$(id)", "'\"\n*", "-x"}});
    CHECK(outcome.output == "<><a b><$(id)><'\"\n*><-x>");
}

TEST_CASE("base/process: input is the text given, or nothing")
{
    const std::string text = "a\0b\r\n.\n"s + std::string(300'000, 'x');
    const mn::Fd input = mn::input_of(text);
    const mn::Outcome outcome =
        mn::run_program({.arguments = {"cat"}, .input = input.get(), .output_limit = 1 << 20});
    CHECK((outcome.output == text));
    CHECK(mn::run_program({.arguments = {"cat"}}).output.empty());
}

TEST_CASE("base/process: both outputs are kept up to the limit, the rest stops nobody")
{
    const mn::Outcome outcome =
        mn::run_program({.arguments = {"/bin/sh", "-c",
                                       "head -c 500000 /dev/zero; head -c 500000 /dev/zero >&2; "
                                       "echo done >&2; exit 3"},
                         .output_limit = 1000});
    CHECK(outcome.exit_status == 3);
    CHECK(outcome.output.size() == 1000);
    CHECK(outcome.errors.size() == 1000);
    CHECK(shell("echo one; echo two >&2").errors == "two\n");
}

TEST_CASE("base/process: the time limit ends the program and its children")
{
    const auto start = std::chrono::steady_clock::now();
    const mn::Outcome outcome = shell("sleep 100 & echo $!; wait", 200ms);
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(outcome.timed_out);
    CHECK_FALSE(outcome.succeeded());
    CHECK(took >= 200ms);
    CHECK(took < 10s);
    const pid_t child = std::stoi(outcome.output);
    bool gone = false;
    for (int i = 0; i < 200 && !gone; ++i) {
        // Killed, but perhaps not yet collected by whoever inherited it: a zombie takes no time.
        const mn::Outcome state =
            shell("grep -q '^State:.Z' /proc/" + std::to_string(child) +
                  "/status 2>/dev/null || ! test -d /proc/" + std::to_string(child));
        gone = state.succeeded();
        if (!gone) ::usleep(10'000);
    }
    CHECK(gone);
}

TEST_CASE("base/process: a program that never stops talking meets its time limit all the same")
{
    const mn::Outcome outcome = shell("yes & yes >&2", 300ms);
    CHECK(outcome.timed_out);
    CHECK(outcome.signal == SIGKILL);
    CHECK(outcome.output.starts_with("y\ny\n"));
}

TEST_CASE("base/process: a child that lives on does not keep us waiting")
{
    const auto start = std::chrono::steady_clock::now();
    const mn::Outcome outcome = shell("sleep 5 & echo started");
    CHECK(outcome.succeeded());
    CHECK(outcome.output == "started\n");
    CHECK(std::chrono::steady_clock::now() - start < 4s);
}

TEST_CASE("base/process: a program that closes its outputs is still waited for")
{
    CHECK(shell("exec >&- 2>&-; sleep 0.2; exit 9").exit_status == 9);
}

TEST_CASE("base/process: signals that we ignore or block are normal for the program")
{
    sigset_t set;
    sigset_t old;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, &old);
    auto* const handler = ::signal(SIGPIPE, SIG_IGN);
    CHECK(shell("kill -TERM $$; exit 0").signal == SIGTERM);
    CHECK(shell("kill -PIPE $$; exit 0").signal == SIGPIPE);
    ::signal(SIGPIPE, handler);
    ::sigprocmask(SIG_SETMASK, &old, nullptr);
}

TEST_CASE("base/process: what cannot be started is an error, and temporary")
{
    for (const char* name : {"/no/such/program", "no-such-program", "/etc/passwd"}) {
        CAPTURE(name);
        try {
            mn::run_program({.arguments = {name}});
            FAIL("it ran");
        } catch (const mn::Error& error) {
            CHECK(error.status().starts_with("4."));
            CHECK(error.detail().find(name) != std::string::npos);
        }
    }
    const std::vector<std::string> too_many(30'000, std::string(100, 'x'));
    std::vector<std::string> arguments{"true"};
    arguments.insert(arguments.end(), too_many.begin(), too_many.end());
    CHECK_THROWS_AS(mn::run_program({.arguments = arguments}), mn::Error);
}
