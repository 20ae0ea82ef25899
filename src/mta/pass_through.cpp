#include "mta/pass_through.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>
#include <utility>

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

Error changed_file()
{
    return Error("4.3.0", "mail system error", "the input file has changed while it was read");
}

/// What is known of the input when it is a file that can be read twice. Those of the kernel, which
/// say nothing of their size, are not.
std::optional<struct stat> regular_file(int input)
{
    struct stat status = {};
    const off_t position = ::lseek(input, 0, SEEK_CUR);
    if (position < 0 || ::fstat(input, &status) != 0 || !S_ISREG(status.st_mode)) return {};
    if (status.st_size <= position) return {};
    return status;
}

bool is_same(const timespec& a, const timespec& b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/// Copies some of what stands from position to end, and moves position on.
void copy_piece(int from, off_t& position, off_t end, int to)
{
    const std::size_t wanted = std::min(piece_size, static_cast<std::size_t>(end - position));
    ssize_t count = ::sendfile(to, from, &position, wanted);
    if (count < 0 && errno == EINVAL) { // not to a file that is appended to
        std::array<char, chunk_size> buffer;
        count = ::pread(from, buffer.data(), std::min(wanted, buffer.size()), position);
        if (count > 0) {
            write_all(to, {buffer.data(), static_cast<std::size_t>(count)}, "standard output");
            position += count;
        }
    }
    if (count < 0 && errno != EINTR) throw system_error(errno, "write", "standard output");
    if (count == 0) throw changed_file();
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

PassThrough::PassThrough(int input) : input_(input), file_(regular_file(input))
{
    const off_t begin = file_ ? ::lseek(input, 0, SEEK_CUR) : 0;
    if (!file_) copy_ = memory_file("body");
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
    if (file_) rest_begin_ = begin + static_cast<off_t>(header_.size());
    separator_ = parts.separator;
    begin_of_body_ = parts.body;
}

void PassThrough::keep(std::string_view bytes)
{
    if (copy_) write_all(copy_.get(), bytes, "a file in memory");
    rest_size_ += static_cast<off_t>(bytes.size());
}

/// Before it is read again: it must be what it was.
void PassThrough::check_file() const
{
    if (!file_) return;
    struct stat now = {};
    if (::fstat(input_, &now) != 0) throw system_error(errno, "look at", "standard input");
    if (now.st_size != file_->st_size || !is_same(now.st_mtim, file_->st_mtim))
        throw changed_file();
}

/// For an output that would overwrite the file which is still to be read.
void PassThrough::copy_file()
{
    Fd copy = memory_file("body");
    const off_t end = rest_begin_ + rest_size_;
    for (off_t position = rest_begin_; position < end;)
        copy_piece(input_, position, end, copy.get());
    copy_ = std::move(copy);
    file_.reset();
    rest_begin_ = 0;
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
    check_file();
    if (file_ && rest_begin_ + rest_size_ != file_->st_size) throw changed_file();
}

void PassThrough::read_body_again(const std::function<void(std::string_view)>& consume) const
{
    std::array<char, chunk_size> buffer;
    const off_t end = rest_begin_ + rest_size_;
    for (off_t position = rest_begin_ + static_cast<off_t>(separator_.size()); position < end;) {
        const auto wanted = std::min(buffer.size(), static_cast<std::size_t>(end - position));
        const ssize_t count = ::pread(rest(), buffer.data(), wanted, position);
        if (count < 0) throw system_error(errno, "read", "the message again");
        if (count == 0) throw changed_file();
        consume({buffer.data(), static_cast<std::size_t>(count)});
        position += count;
    }
    check_file();
}

void PassThrough::write(std::string_view header, int output)
{
    check_file();
    struct stat target = {};
    if (file_ && ::fstat(output, &target) == 0 && target.st_dev == file_->st_dev &&
        target.st_ino == file_->st_ino)
        copy_file();
    write_all(output, header, "standard output");
    const off_t end = rest_begin_ + rest_size_;
    for (off_t position = rest_begin_; position < end;)
        copy_piece(rest(), position, end, output);
}

void PassThrough::exec(std::string_view header, const std::vector<std::string>& arguments)
{
    const Fd message = memory_file("message");
    write_all(message.get(), header, "a file in memory");
    check_file();
    const off_t end = rest_begin_ + rest_size_;
    for (off_t position = rest_begin_; position < end;) {
        const off_t begin = position;
        copy_piece(rest(), position, end, message.get());
        // What has been passed on need not be there twice.
        if (copy_)
            ::fallocate(copy_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, begin,
                        position - begin);
    }
    check_file();
    copy_.reset();
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
