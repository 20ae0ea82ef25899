#include "base/fd.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <array>
#include <cerrno>
#include <unistd.h>

namespace mn
{

Fd& Fd::operator=(Fd&& other) noexcept
{
    if (this != &other) {
        reset();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

void Fd::reset() noexcept
{
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Fd::close_checked(std::string_view what)
{
    // Linux has released the descriptor even when close(2) says EINTR: never close twice.
    if (::close(std::exchange(fd_, -1)) != 0 && errno != EINTR)
        throw system_error(errno, "close", what);
}

std::size_t read_some(int fd, std::span<char> buffer, std::string_view what)
{
    for (;;) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) throw system_error(errno, "read", what);
    }
}

void write_all(int fd, std::string_view bytes, std::string_view what)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            throw system_error(errno, "write", what);
    }
}

std::string read_all(int fd, std::size_t limit, std::string_view what)
{
    std::string content;
    std::array<char, 65536> buffer;
    while (const std::size_t count = read_some(fd, buffer, what)) {
        if (count > limit - content.size())
            throw Error("5.3.4", "message too big",
                        cat(what, " is bigger than ", std::to_string(limit), " bytes"));
        content.append(buffer.data(), count);
    }
    return content;
}

} // namespace mn
