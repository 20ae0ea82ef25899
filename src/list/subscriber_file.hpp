// One file of subscribers, and the lock that mlmmj takes for it. Used by subscribers and
// subscriber_change.
//
//   const SubscriberDirectory normal(list, "subscribers.d");
//   const auto lock = normal.lock("a");                       // .a.lock, removed afterwards
//   normal.for_each_line("a", [&](std::string_view line) { … });
//   normal.rewrite("a", is_gone, {"ann@example.net"});
//
// Lines come trimmed and in lower case, none empty; in hand-made files some may be no addresses.
// Throws Error 4.3.x.
#pragma once

#include "list/list.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

/// mlmmj deletes its lock files, and so do we: what is locked is the file that has the name now.
class SubscriberLock
{
public:
    SubscriberLock(const List& list, int directory, const std::string& file);
    SubscriberLock(SubscriberLock&&) noexcept = default;
    SubscriberLock& operator=(SubscriberLock&&) = delete;
    ~SubscriberLock();

private:
    int directory_;
    std::string name_;
    Fd fd_;
};

class SubscriberDirectory
{
public:
    /// name: "subscribers.d". When it is missing there are no subscribers; make() makes it.
    SubscriberDirectory(const List& list, std::string name);
    void make();
    bool exists() const { return static_cast<bool>(fd_); }

    /// Names of the files, sorted; not those that are locks or half written.
    std::vector<std::string> files() const;

    using UseLine = std::function<void(std::string_view)>;
    /// A file that is not there has no lines.
    void for_each_line(const std::string& file, const UseLine& use) const;

    SubscriberLock lock(const std::string& file) const;

    /// Without the lines that are gone, and with the additions. Durable on return; a file without
    /// lines is removed. The caller has the lock.
    void rewrite(const std::string& file, const std::function<bool(std::string_view)>& is_gone,
                 std::span<const std::string_view> additions) const;

private:
    std::string path(const std::string& file) const;

    const List& list_;
    std::string name_;
    Fd fd_;
};

} // namespace mn::list
