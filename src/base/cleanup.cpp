#include "base/cleanup.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <unistd.h>

namespace mn::cleanup
{
namespace
{

// Written only while `armed` is false, read by the handler only while it is true.
std::array<char, 512> remembered_name;
int remembered_directory = -1;
std::atomic<bool> armed = false;
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

} // namespace

void remember(int directory, std::string_view name)
{
    armed = false;
    if (name.size() >= remembered_name.size()) return;
    *std::copy(name.begin(), name.end(), remembered_name.begin()) = '\0';
    remembered_directory = directory;
    armed = true;
}

void forget() noexcept
{
    armed = false;
}

void run() noexcept
{
    if (armed.exchange(false)) ::unlinkat(remembered_directory, remembered_name.data(), 0);
}

void point_of_no_return() noexcept
{
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
}

} // namespace mn::cleanup
