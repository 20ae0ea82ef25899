#include "base/error.hpp"
#include "base/fd.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace
{

bool is_open(int fd)
{
    return ::fcntl(fd, F_GETFD) >= 0;
}

mn::Fd some_file()
{
    return mn::Fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
}

} // namespace

TEST_CASE("base/fd: one owner, closed once")
{
    mn::Fd first = some_file();
    const int number = first.get();
    REQUIRE(is_open(number));

    mn::Fd second = std::move(first);
    CHECK_FALSE(first); // NOLINT(bugprone-use-after-move): that it is empty is the point
    CHECK(second.get() == number);

    mn::Fd third = some_file();
    const int replaced = third.get();
    third = std::move(second);
    CHECK_FALSE(is_open(replaced));
    CHECK(is_open(number));

    third.reset();
    CHECK_FALSE(is_open(number));
    third.reset();
    CHECK_FALSE(third);
}

TEST_CASE("base/fd: close_checked reports what the kernel says")
{
    mn::Fd file = some_file();
    file.close_checked("x");
    CHECK_FALSE(file);
    CHECK_THROWS_AS(file.close_checked("x"), mn::Error);
}

TEST_CASE("base/fd: a pipe that takes little at a time still gets and gives everything")
{
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const mn::Fd reader(ends[0]);
    mn::Fd writer(ends[1]);
    const std::string sent(1'000'003, 'x');
    std::thread producer([&] {
        mn::write_all(writer.get(), sent, "pipe");
        writer.reset();
    });
    const std::string received = mn::read_all(reader.get(), sent.size(), "pipe");
    producer.join();
    CHECK((received == sent));
}

TEST_CASE("base/fd: read_all has a limit, and it is exact")
{
    const ScratchDirectory scratch;
    const mn::Fd file(::open(scratch.file("x").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    mn::write_all(file.get(), "12345", "x");
    const auto read_with_limit = [&](std::size_t limit) {
        REQUIRE(::lseek(file.get(), 0, SEEK_SET) == 0);
        return mn::read_all(file.get(), limit, "x");
    };
    CHECK(read_with_limit(6) == "12345");
    CHECK(read_with_limit(5) == "12345");
    for (const std::size_t limit : {std::size_t{4}, std::size_t{0}}) {
        try {
            read_with_limit(limit);
            FAIL("read past the limit");
        } catch (const mn::Error& error) {
            CHECK(error.status() == "5.3.4");
        }
    }
}

TEST_CASE("base/fd: failures carry the errno's status")
{
    const mn::Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    try {
        mn::write_all(full.get(), "x", "/dev/full");
        FAIL("/dev/full took a byte");
    } catch (const mn::Error& error) {
        CHECK(error.status() == "4.3.1");
    }
    CHECK_THROWS_AS(mn::read_all(full.get(), 10, "x"), mn::Error); // opened for writing only
}
