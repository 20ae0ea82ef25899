#include "base/confine.hpp"

#include "base/fd.hpp"

#include <cstdint>
#include <ctime>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mn
{
namespace
{

// Kernel interface, newer than the headers of Debian 12.
constexpr std::uint64_t access_refer = 1ULL << 13;    // ABI 2
constexpr std::uint64_t access_truncate = 1ULL << 14; // ABI 3
constexpr std::uint64_t tcp_bind = 1;                 // ABI 4
constexpr std::uint64_t tcp_connect = 2;

struct RulesetAttributes {
    std::uint64_t handled_access_fs;
    std::uint64_t handled_access_net;
};

long landlock_abi()
{
    return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

std::uint64_t all_file_access(long abi)
{
    std::uint64_t access = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (abi >= 2) access |= access_refer;
    if (abi >= 3) access |= access_truncate;
    return access;
}

std::uint64_t mailbox_access(long abi)
{
    return (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
            LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
            LANDLOCK_ACCESS_FS_REMOVE_FILE | access_refer | access_truncate) &
           all_file_access(abi);
}

} // namespace

void confine_to(std::span<const int> directories, Network network)
{
    const long abi = landlock_abi();
    // The lines we may yet log carry the local time, and its file will be out of reach.
    ::tzset();
    // ABI 1 forbids every link between two directories, and publishing a message is one.
    if (abi < 2) return;
    const std::uint64_t ports = network == Network::none ? tcp_bind | tcp_connect : tcp_bind;
    const RulesetAttributes attributes{all_file_access(abi), abi >= 4 ? ports : 0};
    const std::size_t size = abi >= 4 ? sizeof attributes : sizeof attributes.handled_access_fs;
    const Fd ruleset(
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
    if (!ruleset) return;
    for (const int directory : directories) {
        landlock_path_beneath_attr rule{};
        rule.allowed_access = mailbox_access(abi);
        rule.parent_fd = directory;
        if (::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
            return;
    }
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0);
}

} // namespace mn
