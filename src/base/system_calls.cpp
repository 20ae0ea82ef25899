#include "base/confine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <span>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

// The filter is a small program for the kernel's packet filter machine: what goes in is the number
// of a system call with its arguments, what comes out is allow or refuse.

namespace mn
{
namespace
{

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__) && defined(__AARCH64EL__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t architecture = 0; // not known here: no filter
#endif

/// x86_64: from here on the same calls again, for programs with short pointers (x32).
constexpr std::uint32_t first_x32_call = 0x40000000;

constexpr std::array forbidden_calls{
    // other programs and processes
    SYS_execve, SYS_execveat,
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
    SYS_clone, SYS_clone3, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_open,
    SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
    // being a server
    SYS_listen, SYS_accept, SYS_accept4,
    // being somebody else
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setgroups,
    SYS_capset, SYS_unshare, SYS_setns, SYS_chroot, SYS_mount,
    // kernel interfaces that were doors before
    SYS_bpf, SYS_io_uring_setup, SYS_userfaultfd, SYS_perf_event_open, SYS_add_key, SYS_keyctl,
    SYS_request_key, SYS_init_module, SYS_finit_module, SYS_kexec_load};

/// Their first argument is the process.
constexpr std::array signal_calls{SYS_kill, SYS_tkill, SYS_tgkill};

struct SocketKind {
    int domain;
    int type;
};

constexpr std::array socket_kinds{SocketKind{AF_UNIX, SOCK_DGRAM}, // how syslog(3) speaks
                                  SocketKind{AF_INET, SOCK_DGRAM}, SocketKind{AF_INET, SOCK_STREAM},
                                  SocketKind{AF_INET6, SOCK_DGRAM},
                                  SocketKind{AF_INET6, SOCK_STREAM}};
constexpr std::size_t kinds_without_network = 1;

/// The lower part of a socket type, without SOCK_CLOEXEC and SOCK_NONBLOCK.
constexpr std::uint32_t type_bits = 0xf;

constexpr std::uint32_t allow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;

/// The half of an argument that holds an int, on the little-endian machines above.
constexpr std::size_t argument(std::size_t index)
{
    return offsetof(seccomp_data, args) + 8 * index;
}

// Instructions. A comparison that does not hold skips as many of those that follow.

constexpr sock_filter load(std::size_t offset)
{
    return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}

constexpr sock_filter keep_bits(std::uint32_t mask)
{
    return {BPF_ALU | BPF_AND | BPF_K, 0, 0, mask};
}

constexpr sock_filter if_equal(long value, std::uint8_t otherwise_skip = 0)
{
    return {BPF_JMP | BPF_JEQ | BPF_K, 0, otherwise_skip, static_cast<std::uint32_t>(value)};
}

constexpr sock_filter if_at_least(long value, std::uint8_t otherwise_skip = 0)
{
    return {BPF_JMP | BPF_JGE | BPF_K, 0, otherwise_skip, static_cast<std::uint32_t>(value)};
}

constexpr sock_filter end(std::uint32_t verdict)
{
    return {BPF_RET | BPF_K, 0, 0, verdict};
}

/// What becomes of a call.
enum class Check : std::uint8_t { refused, only_ourselves, sockets };

struct Rule {
    long call;
    Check check;
};

std::vector<Rule> sorted_rules()
{
    std::vector<Rule> rules{{SYS_socket, Check::sockets}};
    for (const long call : forbidden_calls)
        rules.push_back({call, Check::refused});
    for (const long call : signal_calls)
        rules.push_back({call, Check::only_ourselves});
    std::ranges::sort(rules, {}, &Rule::call);
    return rules;
}

class Program
{
public:
    explicit Program(Network network) : network_(network) { code_.reserve(256); }

    void build();
    std::span<sock_filter> code() { return code_; }

private:
    void add(std::initializer_list<sock_filter> instructions)
    {
        code_.insert(code_.end(), instructions);
    }
    void add_search(std::span<const Rule> rules);
    void add_check(Check check);
    void add_sockets();
    void skip_from(std::size_t comparison);

    Network network_;
    std::vector<sock_filter> code_;
};

void Program::build()
{
    // Refused: another kind of system call, whose numbers mean something else.
    add({load(offsetof(seccomp_data, arch)), if_equal(architecture, 2),
         load(offsetof(seccomp_data, nr)), if_at_least(first_x32_call, 1), end(refuse)});
    add_search(sorted_rules());
}

/// Search by halves, with the number of the call loaded: when it gets a filter, the kernel follows
/// it for every number there is, and that is what a filter costs.
void Program::add_search(std::span<const Rule> rules)
{
    const std::size_t comparison = code_.size();
    if (rules.size() == 1) {
        add({if_equal(rules.front().call)});
        add_check(rules.front().check);
        skip_from(comparison);
        add({end(allow)});
        return;
    }
    const std::span<const Rule> upper = rules.subspan(rules.size() / 2);
    add({if_at_least(upper.front().call)});
    add_search(upper);
    skip_from(comparison);
    add_search(rules.first(rules.size() / 2));
}

void Program::add_check(Check check)
{
    if (check == Check::sockets) return add_sockets();
    if (check == Check::only_ourselves)
        add({load(argument(0)), if_equal(::getpid(), 1), end(allow)});
    add({end(refuse)});
}

void Program::add_sockets()
{
    const std::size_t count =
        network_ == Network::none ? kinds_without_network : socket_kinds.size();
    for (const SocketKind& kind : std::span(socket_kinds).first(count))
        add({load(argument(0)), if_equal(kind.domain, 4), load(argument(1)), keep_bits(type_bits),
             if_equal(kind.type, 1), end(allow)});
    add({end(refuse)});
}

/// When it does not hold, all that has been added since.
void Program::skip_from(std::size_t comparison)
{
    const std::size_t count = code_.size() - comparison - 1;
    if (count > UINT8_MAX) throw std::length_error("a filter with too long a jump");
    code_[comparison].jf = static_cast<std::uint8_t>(count);
}

} // namespace

void forbid_system_calls(Network network)
{
    if (architecture == 0) return;
    Program program(network);
    program.build();
    const auto code = program.code();
    const sock_fprog filter{static_cast<unsigned short>(code.size()), code.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

} // namespace mn
