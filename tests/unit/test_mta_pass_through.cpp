#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "mta/pass_through.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace mn;
using namespace std::string_literals;

namespace
{

/// How a message may come.
enum class From { file, pipe };

/// An input with these bytes; the pipe is fed in small pieces.
class Input
{
public:
    Input(From from, const std::string& bytes)
    {
        if (from == From::file) {
            fd_ = Fd(::open(directory_.file("in").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
            write_all(fd_.get(), bytes, "a test file");
            ::lseek(fd_.get(), 0, SEEK_SET);
            return;
        }
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        fd_ = Fd(ends[0]);
        feeder_ = std::thread([bytes, writer = ends[1]] {
            const Fd owner(writer);
            constexpr std::size_t piece = 30011;
            for (std::size_t at = 0; at < bytes.size(); at += piece)
                write_all(writer, std::string_view(bytes).substr(at, piece), "a pipe");
        });
    }
    ~Input()
    {
        if (feeder_.joinable()) feeder_.join();
    }

    int fd() const { return fd_.get(); }

private:
    ScratchDirectory directory_;
    Fd fd_;
    std::thread feeder_;
};

Fd output_file()
{
    return Fd(::memfd_create("output", MFD_CLOEXEC));
}

std::string content(const Fd& file)
{
    ::lseek(file.get(), 0, SEEK_SET);
    return read_all(file.get(), std::size_t{1} << 26, "a test file");
}

struct Parts {
    std::string header;
    std::string separator;
    std::string body;
    std::string body_again;
    std::string output;
};

Parts pass(From from, const std::string& bytes, std::string_view new_header)
{
    const Input input(from, bytes);
    mta::PassThrough message(input.fd());
    Parts parts{std::string(message.header()), std::string(message.separator()), {}, {}, {}};
    message.read_body([&](std::string_view chunk) { parts.body.append(chunk); });
    message.read_body_again([&](std::string_view chunk) { parts.body_again.append(chunk); });
    const Fd output = output_file();
    message.write(new_header, output.get());
    parts.output = content(output);
    return parts;
}

struct Case {
    std::string header;
    std::string separator;
    std::string body;
};

std::string big_text(std::size_t size)
{
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i)
        text.append("line ").append(std::to_string(i)).append("\n");
    return text;
}

std::string refusal(From from, const std::string& bytes)
{
    const Input input(from, bytes);
    try {
        mta::PassThrough message(input.fd());
    } catch (const Error& error) {
        return error.status();
    }
    return {};
}

} // namespace

TEST_CASE("mta/pass_through: header, empty line and body, from a file and from "
          "a pipe")
{
    const std::vector<Case> cases{
        {"A: 1\nB: 2\n", "\n", "text\n"},
        {"A: 1\r\nB: 2\r\n", "\r\n", "text\r\n"},
        {"A: 1\n", "\n", ""},
        {"A: 1\n", "", ""},
        {"A: 1", "", ""},
        {"", "\n", "only text\n"},
        {"A: 1\n", "\n", "no last line end"},
        {"A: 1\n", "\n", "NUL \0, bare \r, \xff\n\n\n"s},
        {"A: 1\n", "\n", "\n\nB: 2\n"},
        {"A: 1\n", "\n", "\0"s},
        {"A: " + std::string(70000, 'x') + "\n", "\n", big_text(3 << 20)},
    };
    for (const From from : {From::file, From::pipe})
        for (const Case& wanted : cases) {
            CAPTURE(wanted.header.substr(0, 20));
            CAPTURE(wanted.body.substr(0, 20));
            const Parts parts =
                pass(from, wanted.header + wanted.separator + wanted.body, "New: 1\n");
            CHECK(parts.header == wanted.header);
            CHECK(parts.separator == wanted.separator);
            CHECK((parts.body == wanted.body));
            CHECK((parts.body_again == wanted.body));
            CHECK((parts.output == "New: 1\n" + wanted.separator + wanted.body));
        }
}

TEST_CASE("mta/pass_through: nothing is no message, and a header has its limit")
{
    for (const From from : {From::file, From::pipe}) {
        CHECK(refusal(from, "") == "4.3.0");
        const std::size_t limit = mta::PassThrough::header_limit;
        CHECK(refusal(from, "A: " + std::string(limit, 'x') + "\n\n") == "5.3.4");
        CHECK(refusal(from, "A: " + std::string(limit - 4, 'x') + "\n\ntext\n").empty());
    }
}

TEST_CASE("mta/pass_through: a file is read from where it stands, and left at "
          "its end")
{
    const Input input(From::file, "skip\nA: 1\n\nbody\n");
    ::lseek(input.fd(), 5, SEEK_SET);
    mta::PassThrough message(input.fd());
    message.read_body([](std::string_view) {});
    CHECK(::lseek(input.fd(), 0, SEEK_CUR) == 16);
    const Fd output = output_file();
    message.write("", output.get());
    CHECK(content(output) == "\nbody\n");
}

TEST_CASE("mta/pass_through: output that is appended to, and output that is "
          "the input")
{
    ScratchDirectory directory;
    const std::string body = big_text(200000);
    {
        const Input input(From::file, "A: 1\n\n" + body);
        mta::PassThrough message(input.fd());
        message.read_body([](std::string_view) {});
        const Fd output(
            ::open(directory.file("out").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
        message.write("B: 2\n", output.get());
    }
    CHECK((read_file(directory.file("out"), 1 << 20) == "B: 2\n\n" + body));

    replace_file(directory.file("both"), "A: 1\n\n" + body, 0600);
    const Fd input(::open(directory.file("both").c_str(), O_RDONLY | O_CLOEXEC));
    const Fd output(::open(directory.file("both").c_str(), O_WRONLY | O_CLOEXEC));
    mta::PassThrough message(input.get());
    message.read_body([](std::string_view) {});
    message.write("Longer than before: 1\nA: 1\n", output.get());
    CHECK((read_file(directory.file("both"), 1 << 20) == "Longer than before: 1\nA: 1\n\n" + body));
}

TEST_CASE("mta/pass_through: a file that changes meanwhile is refused before "
          "anything is written")
{
    const auto refuses = [](auto change) {
        const Input input(From::file, "A: 1\n\n" + big_text(200000));
        mta::PassThrough message(input.fd());
        message.read_body([](std::string_view) {});
        change(input.fd());
        const Fd output = output_file();
        CHECK_THROWS_WITH_AS(message.write("", output.get()), "mail system error", Error);
        CHECK(content(output).empty());
    };
    refuses([](int file) { CHECK(::ftruncate(file, 100) == 0); });
    refuses([](int file) { CHECK(::pwrite(file, "more", 4, 300000) == 4); });
    refuses([](int file) {
        const std::array<timespec, 2> times{{{0, UTIME_OMIT}, {1, 0}}};
        CHECK(::futimens(file, times.data()) == 0);
    });

    // And while it is read.
    const Input input(From::file, "A: 1\n\n" + big_text(200000));
    mta::PassThrough message(input.fd());
    CHECK(::ftruncate(input.fd(), 100000) == 0);
    CHECK_THROWS_AS(message.read_body([](std::string_view) {}), Error);
}

TEST_CASE("mta/pass_through: a file of the kernel, which does not tell its size")
{
    const Fd input(::open("/proc/self/status", O_RDONLY | O_CLOEXEC));
    mta::PassThrough message(input.get());
    message.read_body([](std::string_view) {});
    const Fd output = output_file();
    message.write(message.header(), output.get());
    CHECK(content(output).starts_with("Name:"));
}
