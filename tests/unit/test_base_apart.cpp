#include "base/apart.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <stdexcept>
#include <unistd.h>

TEST_CASE("base/apart: the result comes back, whatever bytes it has")
{
    CHECK(mn::run_apart([] { return std::string(); }).empty());
    const std::string bytes("a\0b\n", 4);
    CHECK(mn::run_apart([&] { return bytes; }) == bytes);
    const std::string big(std::size_t{1} << 21, 'x');
    CHECK(mn::run_apart([&] { return big; }) == big);
}

TEST_CASE("base/apart: it is another process, and nothing it does is done to us")
{
    int changed = 0;
    const pid_t us = ::getpid();
    CHECK(mn::run_apart([&] {
              changed = 1;
              return std::string(::getpid() == us ? "same" : "other");
          }) == "other");
    CHECK(changed == 0);
}

TEST_CASE("base/apart: an exception or a signal in it is an Error for us")
{
    CHECK_THROWS_AS(mn::run_apart([]() -> std::string { throw mn::Error("4.3.0", "x", "y"); }),
                    mn::Error);
    CHECK_THROWS_AS(mn::run_apart([]() -> std::string { throw std::runtime_error("x"); }),
                    mn::Error);
    CHECK_THROWS_AS(mn::run_apart([]() -> std::string { throw 1; }), mn::Error);
    CHECK_THROWS_AS(mn::run_apart([]() -> std::string {
                        ::raise(SIGKILL);
                        return "";
                    }),
                    mn::Error);
}
