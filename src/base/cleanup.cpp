#include "base/cleanup.hpp"

#include <csignal>
#include <unistd.h>

namespace mn::cleanup
{
namespace
{

/// Objects live on the stack or in members, so the last made is nearly always the first to go.
TemporaryName* first = nullptr;

/// Keeps the signal handler away while the list changes.
class SignalsBlocked
{
public:
    SignalsBlocked() noexcept
    {
        sigset_t all;
        ::sigfillset(&all);
        ::sigprocmask(SIG_BLOCK, &all, &before_);
    }
    ~SignalsBlocked() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_;
};

} // namespace

TemporaryName::TemporaryName(int directory, std::string name)
    : directory_(directory), name_(std::move(name)), next_(nullptr)
{
    const SignalsBlocked guard;
    next_ = first;
    first = this;
}

TemporaryName::~TemporaryName()
{
    const SignalsBlocked guard;
    if (armed_) ::unlinkat(directory_, name_.c_str(), 0);
    TemporaryName** link = &first;
    while (*link != this)
        link = &(*link)->next_;
    *link = next_;
}

void TemporaryName::keep() noexcept
{
    const SignalsBlocked guard;
    armed_ = false;
}

void run() noexcept
{
    for (const TemporaryName* entry = first; entry != nullptr; entry = entry->next_)
        if (entry->armed_) ::unlinkat(entry->directory_, entry->name_.c_str(), 0);
}

void point_of_no_return() noexcept
{
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
}

} // namespace mn::cleanup
