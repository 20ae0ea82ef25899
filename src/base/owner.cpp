#include "base/owner.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mn
{

bool runs_as_root()
{
    return ::geteuid() == 0;
}

void become_owner_of(const std::string& directory)
{
    struct stat found = {};
    if (::stat(directory.c_str(), &found) != 0) throw system_error(errno, "examine", directory);
    if (found.st_uid == 0) return;
    // In this order: who is no longer root may not change his groups.
    if (::setgroups(0, nullptr) != 0 ||
        ::setresgid(found.st_gid, found.st_gid, found.st_gid) != 0 ||
        ::setresuid(found.st_uid, found.st_uid, found.st_uid) != 0)
        throw system_error(errno, "become the owner of", directory);
}

int run_as_owner_of(const std::string& directory, const std::function<int()>& work)
{
    constexpr int broken = 71; // EX_OSERR
    const pid_t child = ::fork();
    if (child < 0) throw system_error(errno, "start a process for", directory);
    if (child == 0) {
        int status = broken;
        try {
            become_owner_of(directory);
            status = work();
        } catch (...) {
            status = broken;
        }
        ::_exit(status);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) throw system_error(errno, "wait for", directory);
    if (WIFSIGNALED(status))
        throw Error("4.3.0", "mail system error",
                    cat("the process for ", directory, " was ended by signal ",
                        std::to_string(WTERMSIG(status))));
    return WEXITSTATUS(status);
}

} // namespace mn
