#include "base/confine.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <seccomp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mn
{
namespace
{

constexpr std::array forbidden_calls{
    // other programs and processes
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone),
    SCMP_SYS(clone3), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal),
    // being a server
    SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
    // being somebody else
    SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid),
    SCMP_SYS(setresgid), SCMP_SYS(setgroups), SCMP_SYS(capset), SCMP_SYS(unshare), SCMP_SYS(setns),
    SCMP_SYS(chroot), SCMP_SYS(mount),
    // kernel interfaces that were doors before
    SCMP_SYS(bpf), SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd), SCMP_SYS(perf_event_open),
    SCMP_SYS(add_key), SCMP_SYS(keyctl), SCMP_SYS(request_key), SCMP_SYS(init_module),
    SCMP_SYS(finit_module), SCMP_SYS(kexec_load)};

constexpr std::uint32_t refuse = SCMP_ACT_ERRNO(EPERM);

/// The lower half of a socket type, without SOCK_CLOEXEC and SOCK_NONBLOCK.
constexpr scmp_datum_t type_bits = 0xf;

struct FilterDeleter {
    void operator()(void* filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

bool forbid_sockets(scmp_filter_ctx filter, Network network)
{
    const int call = SCMP_SYS(socket);
    // A Unix-domain datagram is how syslog(3) speaks.
    bool done = ::seccomp_rule_add(filter, refuse, call, 2, SCMP_A0(SCMP_CMP_EQ, AF_UNIX),
                                   SCMP_A1(SCMP_CMP_MASKED_EQ, type_bits, SOCK_STREAM)) == 0;
    if (network == Network::none) {
        done =
            done && ::seccomp_rule_add(filter, refuse, call, 1, SCMP_A0(SCMP_CMP_GT, AF_UNIX)) == 0;
    } else {
        done = done && ::seccomp_rule_add(filter, refuse, call, 2, SCMP_A0(SCMP_CMP_GT, AF_UNIX),
                                          SCMP_A1(SCMP_CMP_MASKED_EQ, type_bits, SOCK_RAW)) == 0;
        done = done &&
               ::seccomp_rule_add(filter, refuse, call, 1, SCMP_A0(SCMP_CMP_GT, AF_INET6)) == 0;
    }
    return done;
}

bool forbid_signals(scmp_filter_ctx filter)
{
    const auto self = static_cast<scmp_datum_t>(::getpid());
    return ::seccomp_rule_add(filter, refuse, SCMP_SYS(kill), 1, SCMP_A0(SCMP_CMP_NE, self)) == 0 &&
           ::seccomp_rule_add(filter, refuse, SCMP_SYS(tkill), 1, SCMP_A0(SCMP_CMP_NE, self)) ==
               0 &&
           ::seccomp_rule_add(filter, refuse, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_NE, self)) == 0;
}

} // namespace

void forbid_system_calls(Network network)
{
    const Filter filter(::seccomp_init(SCMP_ACT_ALLOW));
    if (!filter) return;
    for (const int call : forbidden_calls)
        if (::seccomp_rule_add(filter.get(), refuse, call, 0) != 0) return;
    if (!forbid_sockets(filter.get(), network) || !forbid_signals(filter.get())) return;
    ::seccomp_load(filter.get());
}

} // namespace mn
