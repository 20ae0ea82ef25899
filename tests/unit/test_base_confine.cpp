#include "base/confine.hpp"
#include "base/file.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mn;

namespace
{

long landlock_abi()
{
    return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/// What a confined process tries, as a hostile message might make it; 0 when all was right.
int try_everything(const ScratchDirectory& inside, const ScratchDirectory& outside)
{
    const Fd directory = open_directory(inside.path());
    const std::array allowed{directory.get()};
    confine_to(allowed);

    if (::open(inside.file("a").c_str(), O_CREAT | O_WRONLY, 0600) < 0) return 1;
    if (::link(inside.file("a").c_str(), inside.file("b").c_str()) != 0) return 2;
    if (::unlink(inside.file("a").c_str()) != 0) return 3;

    if (::open("/etc/passwd", O_RDONLY) >= 0) return 11;
    if (::open(outside.file("x").c_str(), O_CREAT | O_WRONLY, 0600) >= 0) return 12;
    if (::link(inside.file("b").c_str(), outside.file("b").c_str()) == 0) return 13;
    if (::rename(inside.file("b").c_str(), outside.file("b").c_str()) == 0) return 14;
    if (::unlink(outside.file("kept").c_str()) == 0) return 15;
    if (::mkdir(inside.file("directory").c_str(), 0700) == 0) return 16;
    if (::symlink("/etc", inside.file("link").c_str()) == 0) return 17;
    std::array<char*, 2> argv{const_cast<char*>("true"), nullptr};
    ::execv("/bin/true", argv.data());
    return 0;
}

/// Runs it in a process of its own; its result is the exit status.
template <typename Attempts>
int in_child(Attempts attempts)
{
    const pid_t child = ::fork();
    if (child == 0) ::_exit(attempts());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool is_refused(int domain, int type)
{
    return ::socket(domain, type, 0) < 0 && errno == EPERM;
}

/// What no filter may do, whatever it needs of the network.
int try_forbidden_calls()
{
    std::array<char*, 2> argv{const_cast<char*>("true"), nullptr};
    if (::execv("/bin/true", argv.data()) == 0 || errno != EPERM) return 1;
    if (::fork() >= 0 || errno != EPERM) return 2;
    if (::kill(::getppid(), 0) == 0 || errno != EPERM) return 3;
    if (::setuid(::getuid()) == 0 || errno != EPERM) return 4;
    if (!is_refused(AF_NETLINK, SOCK_RAW)) return 5;
    if (!is_refused(AF_INET, SOCK_RAW)) return 6;
    if (!is_refused(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC)) return 7;
    if (::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0) return 8; // syslog
    if (::kill(::getpid(), 0) != 0) return 9;
    if (::raise(SIGCHLD) != 0) return 10;
    if (::syscall(SYS_rt_sigqueueinfo, ::getppid(), 0, nullptr) == 0 || errno != EPERM) return 21;
    if (!is_refused(AF_UNIX, SOCK_SEQPACKET)) return 22;
    // The first and the last of the table, as numbers go.
    if (::syscall(SYS_listen, -1, 0) == 0 || errno != EPERM) return 23;
    if (::syscall(SYS_userfaultfd, 0) >= 0 || errno != EPERM) return 24;
    if (::syscall(SYS_clone3, nullptr, 0) >= 0 || errno != EPERM) return 25;
    // Neighbours in number of what is forbidden.
    if (::getuid() == static_cast<uid_t>(-1) || ::getsockname(-1, nullptr, nullptr) == 0 ||
        errno != EBADF)
        return 26;
#ifdef __x86_64__
    // The same calls under their other numbers (x32).
    if (::syscall(0x40000000 + SYS_getpid) >= 0 || errno != EPERM) return 27;
#endif
    return 0;
}

} // namespace

TEST_CASE("base/confine: without network, no call opens one, starts a program or touches another")
{
    CHECK(in_child([] {
              forbid_system_calls(Network::none);
              if (!is_refused(AF_INET, SOCK_DGRAM)) return 11;
              if (!is_refused(AF_INET, SOCK_STREAM)) return 12;
              if (!is_refused(AF_INET6, SOCK_DGRAM)) return 13;
              return try_forbidden_calls();
          }) == 0);
}

TEST_CASE("base/confine: a client of the network opens UDP and TCP sockets, but does not listen")
{
    CHECK(in_child([] {
              forbid_system_calls(Network::client);
              if (::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0) < 0) return 11;
              const int tcp = ::socket(AF_INET6, SOCK_STREAM, 0);
              if (tcp < 0 && errno == EPERM) return 12;
              if (::listen(tcp, 1) == 0 || errno != EPERM) return 13;
              return try_forbidden_calls();
          }) == 0);
}

TEST_CASE("base/confine: only the named directory is left, and nothing can be executed")
{
    if (landlock_abi() < 2) {
        MESSAGE("this kernel has no Landlock ABI 2: nothing to confine with");
        return;
    }
    const ScratchDirectory inside;
    const ScratchDirectory outside;
    replace_file(outside.file("kept"), "x", 0600);
    CHECK(in_child([&] { return try_everything(inside, outside); }) == 0);
}
