#include "mta/pass_through.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

namespace mn::mta
{
namespace
{

constexpr std::size_t chunk_size = 65536;
constexpr std::size_t piece_size = std::size_t{1} << 20;

Fd memory_file(const char* name)
{
    Fd file(::memfd_create(name, MFD_CLOEXEC));
    if (!file) throw system_error(errno, "make", "a file in memory");
    return file;
}

/// Copies what stands at position, and moves that on. False at the end.
bool copy_piece(int from, off_t& position, int to)
{
    ssize_t count = ::sendfile(to, from, &position, piece_size);
    if (count < 0 && errno == EINVAL) { // not to a file that is appended to
        std::array<char, chunk_size> buffer;
        count = ::pread(from, buffer.data(), buffer.size(), position);
        if (count > 0) {
            write_all(to, {buffer.data(), static_cast<std::size_t>(count)}, "standard output");
            position += count;
        }
    }
    if (count < 0 && errno != EINTR) throw system_error(errno, "write", "standard output");
    return count != 0;
}

/// What programs expect to find: nothing ignored but what they ignore themselves.
void restore_signals()
{
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    for (const int signal_number : {SIGPIPE, SIGXFSZ, SIGALRM})
        ::sigaction(signal_number, &action, nullptr);
    ::alarm(0);
}

} // namespace

PassThrough::PassThrough(int input) : input_(input), rest_(memory_file("body"))
{
    std::string bytes;
    std::array<char, chunk_size> buffer;
    MessageParts parts;
    for (;;) {
        const std::size_t count = read_some(input_, buffer, "standard input");
        bytes.append(buffer.data(), count);
        parts = split_message(bytes);
        if (parts.header.size() > header_limit)
            throw Error("5.3.4", "message header too big",
                        cat("the header has more than ", std::to_string(header_limit), " bytes"));
        if (count == 0 || !parts.separator.empty()) break;
    }
    if (bytes.empty()) throw Error("4.3.0", "mail system error", "standard input was empty");
    keep(parts.separator);
    header_ = parts.header;
    separator_ = parts.separator;
    begin_of_body_ = parts.body;
}

void PassThrough::keep(std::string_view bytes)
{
    write_all(rest_.get(), bytes, "a file in memory");
}

void PassThrough::read_body(const std::function<void(std::string_view)>& consume)
{
    keep(begin_of_body_);
    if (!begin_of_body_.empty()) consume(begin_of_body_);
    std::string().swap(begin_of_body_);
    std::array<char, chunk_size> buffer;
    while (const std::size_t count = read_some(input_, buffer, "standard input")) {
        keep({buffer.data(), count});
        consume({buffer.data(), count});
    }
}

void PassThrough::read_body_again(const std::function<void(std::string_view)>& consume) const
{
    std::array<char, chunk_size> buffer;
    for (auto position = static_cast<off_t>(separator_.size());;) {
        const ssize_t count = ::pread(rest_.get(), buffer.data(), buffer.size(), position);
        if (count < 0) throw system_error(errno, "read", "a file in memory");
        if (count == 0) return;
        consume({buffer.data(), static_cast<std::size_t>(count)});
        position += count;
    }
}

void PassThrough::write(std::string_view header, int output)
{
    write_all(output, header, "standard output");
    for (off_t position = 0; copy_piece(rest_.get(), position, output);) {
    }
}

void PassThrough::exec(std::string_view header, const std::vector<std::string>& arguments)
{
    const Fd message = memory_file("message");
    write_all(message.get(), header, "a file in memory");
    for (off_t begin = 0, end = 0; copy_piece(rest_.get(), end, message.get()); begin = end)
        // What has been passed on need not be there twice.
        ::fallocate(rest_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, begin, end - begin);
    rest_.reset();
    if (::lseek(message.get(), 0, SEEK_SET) != 0 || ::dup2(message.get(), STDIN_FILENO) < 0)
        throw system_error(errno, "pass on", "the message");
    std::vector<std::string> copies = arguments;
    std::vector<char*> pointers;
    pointers.reserve(copies.size() + 1);
    for (std::string& argument : copies)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    restore_signals();
    ::execvp(pointers.front(), pointers.data());
    throw system_error(errno, "run", arguments.front());
}

} // namespace mn::mta
