#include "publish/connection.hpp"

#include "base/error.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace mn::publish
{
namespace
{

sockaddr_storage socket_address(const IpAddress& address, std::uint16_t port)
{
    sockaddr_storage storage{};
    if (address.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, address.bytes().data(), 4);
        std::memcpy(&storage, &v4, sizeof v4);
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address.bytes().data(), 16);
        std::memcpy(&storage, &v6, sizeof v6);
    }
    return storage;
}

/// 0, or why not.
int finish_connecting(int socket, std::chrono::milliseconds time_limit)
{
    pollfd waited{socket, POLLOUT, 0};
    if (::poll(&waited, 1, static_cast<int>(time_limit.count())) <= 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/// Blocking from here on, but not for ever.
void limit_waiting(int socket, std::chrono::milliseconds time_limit)
{
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) & ~O_NONBLOCK);
    const timeval limit{time_limit.count() / 1000, time_limit.count() % 1000 * 1000};
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
        ::setsockopt(socket, SOL_SOCKET, option, &limit, sizeof limit);
}

bool is_ours(int error)
{
    return error == ENETUNREACH || error == EADDRNOTAVAIL || error == EAFNOSUPPORT ||
           error == EACCES || error == EPERM;
}

Connection failed(int error)
{
    Connection none;
    none.problem = std::strerror(error);
    none.is_our_problem = is_ours(error);
    return none;
}

} // namespace

Connection connect_to(const IpAddress& address, std::uint16_t port,
                      std::chrono::milliseconds time_limit)
{
    const sockaddr_storage target = socket_address(address, port);
    Connection made;
    made.socket = Fd(::socket(target.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!made.socket) return failed(errno);
    const int fd = made.socket.get();
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0) {
        const int error = errno == EINPROGRESS ? finish_connecting(fd, time_limit) : errno;
        if (error != 0) return failed(error);
    }
    limit_waiting(fd, time_limit);
    return made;
}

bool wait_readable(int socket, std::chrono::milliseconds time_limit)
{
    pollfd waited{socket, POLLIN, 0};
    return ::poll(&waited, 1, static_cast<int>(time_limit.count())) > 0;
}

} // namespace mn::publish
