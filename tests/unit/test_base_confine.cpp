#include "base/confine.hpp"
#include "base/file.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <array>
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

} // namespace

TEST_CASE("base/confine: only the named directory is left, and nothing can be executed")
{
    if (landlock_abi() < 2) {
        MESSAGE("this kernel has no Landlock ABI 2: nothing to confine with");
        return;
    }
    const ScratchDirectory inside;
    const ScratchDirectory outside;
    replace_file(outside.file("kept"), "x", 0600);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(try_everything(inside, outside));
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
