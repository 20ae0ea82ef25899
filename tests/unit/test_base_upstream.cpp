#include "base/error.hpp"
#include "base/upstream.hpp"

#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

namespace
{

/// 'y', 'n', or '?' when the two ways to ask have different answers.
char state_of(const mn::Upstream& upstream)
{
    const bool is_alive = upstream.alive();
    try {
        upstream.require_alive();
        return is_alive ? 'y' : '?';
    } catch (const mn::Error& error) {
        return !is_alive && error.status() == "4.3.0" ? 'n' : '?';
    }
}

/// A middle process starts a worker that remembers it as its upstream. The worker then sees its
/// input end, either because the middle process closed it or because it died, and reports.
bool alive_when_input_ends(bool middle_dies)
{
    std::array<int, 2> input{};
    std::array<int, 2> ready{};
    std::array<int, 2> answer{};
    if (::pipe(input.data()) != 0 || ::pipe(ready.data()) != 0 || ::pipe(answer.data()) != 0)
        std::abort();
    char byte = 0;
    const pid_t middle = ::fork();
    if (middle == 0) {
        if (::fork() == 0) {
            ::close(input[1]);
            const mn::Upstream upstream;
            (void)!::write(ready[1], "r", 1);
            (void)!::read(input[0], &byte, 1);
            byte = state_of(upstream);
            (void)!::write(answer[1], &byte, 1);
            ::_exit(0);
        }
        (void)!::read(ready[0], &byte, 1);
        if (middle_dies) ::raise(SIGKILL);
        ::close(input[1]);
        ::wait(nullptr);
        ::_exit(0);
    }
    ::close(input[1]);
    (void)!::read(answer[0], &byte, 1);
    ::waitpid(middle, nullptr, 0);
    for (const int fd : {input[0], ready[0], ready[1], answer[0], answer[1]})
        ::close(fd);
    REQUIRE((byte == 'y' || byte == 'n'));
    return byte == 'y';
}

} // namespace

TEST_CASE("base/upstream: input that ends because its writer closed it is complete")
{
    for (int i = 0; i < 20; ++i)
        CHECK(alive_when_input_ends(false));
}

TEST_CASE("base/upstream: input that ends because its writer was killed is not")
{
    // Many times, for it is a race: the kernel closes the files of the dying process first.
    for (int i = 0; i < 200; ++i)
        CHECK_FALSE(alive_when_input_ends(true));
}
