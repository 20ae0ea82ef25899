// An owned file descriptor, and reading and writing that never comes up short.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mn
{

/// Owns one descriptor; closes it when destroyed. Moves, never copies.
class Fd
{
public:
    Fd() = default;
    explicit Fd(int fd) noexcept : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd() { reset(); }

    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

    /// Give it away: the caller closes it.
    int release() noexcept { return std::exchange(fd_, -1); }

    /// Close now; errors do not matter (a descriptor that was only read from).
    void reset() noexcept;

    /// Close now and throw if the kernel reports a late write error, as NFS does.
    void close_checked(std::string_view what);

private:
    int fd_ = -1;
};

/// One read(2), again when a signal interrupts it. Returns 0 at the end. Throws Error.
std::size_t read_some(int fd, std::span<char> buffer, std::string_view what);

/// Write all of it. Throws Error. what: names the file in the error's detail.
void write_all(int fd, std::string_view bytes, std::string_view what);

/// Everything up to the end of the descriptor, at most limit bytes.
/// Throws Error 5.3.4 when there is more.
std::string read_all(int fd, std::size_t limit, std::string_view what);

} // namespace mn
