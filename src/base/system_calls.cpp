#include "base/confine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <map>
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

/// The half of an argument that holds an int, on the little-endian machines above.
constexpr std::size_t argument(std::size_t index)
{
    return offsetof(seccomp_data, args) + 8 * index;
}

/// What becomes of a call.
enum class Check : std::uint8_t { allowed, refused, only_ourselves, sockets };

/// The calls from this number on, up to the next segment.
struct Segment {
    long first;
    Check check;
};

/// Every number there is, lowest first.
std::vector<Segment> all_calls()
{
    std::vector<Segment> rules{{SYS_socket, Check::sockets}};
    for (const long call : forbidden_calls)
        rules.push_back({call, Check::refused});
    for (const long call : signal_calls)
        rules.push_back({call, Check::only_ourselves});
    std::ranges::sort(rules, {}, &Segment::first);

    std::vector<Segment> all{{0, Check::allowed}};
    const auto add = [&all](long first, Check check) {
        if (all.back().first == first) all.pop_back();
        if (all.empty() || all.back().check != check) all.push_back({first, check});
    };
    for (const Segment& rule : rules) {
        add(rule.first, rule.check);
        add(rule.first + 1, Check::allowed);
    }
    add(first_x32_call, Check::refused);
    return all;
}

/// Written from its end to its beginning, because an instruction can only lead to a later one:
/// where it leads is known, then, and many can share an end. The kernel takes the longer to set a
/// filter up, the longer it is.
class Program
{
public:
    explicit Program(Network network);

    std::span<sock_filter> code() { return code_; }

private:
    using Place = std::size_t; ///< counted from the end

    Place add(sock_filter instruction);
    Place load(std::size_t offset);
    Place branch(int comparison, long value, Place then, Place otherwise);
    Place search(std::span<const Segment> calls);
    Place sockets(Network network);

    std::vector<sock_filter> code_;
    std::map<Check, Place> ends_;
};

Program::Program(Network network)
{
    ends_[Check::allowed] = add({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW});
    ends_[Check::refused] = add({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM});
    branch(BPF_JEQ, ::getpid(), ends_[Check::allowed], ends_[Check::refused]);
    ends_[Check::only_ourselves] = load(argument(0));
    ends_[Check::sockets] = sockets(network);
    search(all_calls());
    const Place call = load(offsetof(seccomp_data, nr));
    // Refused: another kind of system call, whose numbers mean something else.
    branch(BPF_JEQ, architecture, call, ends_[Check::refused]);
    load(offsetof(seccomp_data, arch));
    std::ranges::reverse(code_);
}

Program::Place Program::add(sock_filter instruction)
{
    code_.push_back(instruction);
    return code_.size() - 1;
}

/// What was added before it comes next.
Program::Place Program::load(std::size_t offset)
{
    return add({BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)});
}

Program::Place Program::branch(int comparison, long value, Place then, Place otherwise)
{
    const auto distance = [this](Place target) {
        const std::size_t skipped = code_.size() - target - 1;
        if (skipped > UINT8_MAX) throw std::length_error("a filter with too long a jump");
        return static_cast<std::uint8_t>(skipped);
    };
    return add({static_cast<std::uint16_t>(BPF_JMP | BPF_K | comparison), distance(then),
                distance(otherwise), static_cast<std::uint32_t>(value)});
}

/// By halves, with the number of the call loaded: when it gets a filter, the kernel follows it for
/// every number there is.
Program::Place Program::search(std::span<const Segment> calls)
{
    if (calls.size() == 1) return ends_[calls.front().check];
    const auto upper = calls.subspan(calls.size() / 2);
    const Place above = search(upper);
    const Place below = search(calls.first(calls.size() / 2));
    return branch(BPF_JGE, upper.front().first, above, below);
}

/// One kind after the other.
Program::Place Program::sockets(Network network)
{
    const std::size_t count =
        network == Network::none ? kinds_without_network : socket_kinds.size();
    Place next = ends_[Check::refused];
    for (const SocketKind& kind : std::span(socket_kinds).first(count)) {
        branch(BPF_JEQ, kind.type, ends_[Check::allowed], next);
        add({BPF_ALU | BPF_AND | BPF_K, 0, 0, type_bits});
        const Place type = load(argument(1));
        branch(BPF_JEQ, kind.domain, type, next);
        next = load(argument(0));
    }
    return next;
}

} // namespace

void forbid_system_calls(Network network)
{
    if (architecture == 0) return;
    Program program(network);
    const std::span<sock_filter> code = program.code();
    const sock_fprog filter{static_cast<unsigned short>(code.size()), code.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

} // namespace mn
