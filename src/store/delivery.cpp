#include "store/delivery.hpp"

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::store
{
namespace
{

/// Clocks of a file server and of this host may differ by so much before we miss a copy.
constexpr std::int64_t clock_skew_seconds = 60;

constexpr int naming_attempts = 3;

bool is_same_directory(int a, int b)
{
    struct stat info_a = {};
    struct stat info_b = {};
    return ::fstat(a, &info_a) == 0 && ::fstat(b, &info_b) == 0 && info_a.st_dev == info_b.st_dev &&
           info_a.st_ino == info_b.st_ino;
}

/// Has anything been put into the directory since that moment?
bool changed_since(int directory, std::int64_t seconds)
{
    struct stat info = {};
    return ::fstat(directory, &info) != 0 || info.st_mtime + clock_skew_seconds >= seconds;
}

} // namespace

Delivery::Delivery(const Identity& identity) : identity_(identity)
{
    hash_.add(identity_.recipient);
}

void Delivery::add(Maildir folder)
{
    const bool known =
        std::any_of(destinations_.begin(), destinations_.end(), [&](const Destination& other) {
            return is_same_directory(other.folder.base(), folder.base());
        });
    if (!known) destinations_.emplace_back(std::move(folder));
}

void Delivery::write(std::string_view bytes)
{
    for (const Destination& destination : destinations_)
        write_all(destination.file.fd(), bytes, destination.folder.path());
    hash_.add(bytes);
    facts_.size += bytes.size();
    facts_.virtual_size += bytes.size();
    for (const char c : bytes) {
        facts_.virtual_size += c == '\n' && !after_cr_ ? 1 : 0;
        after_cr_ = c == '\r';
    }
}

void Delivery::sync()
{
    for (Destination& destination : destinations_)
        destination.file.sync();
    facts_.hash = hash_.value();
}

std::vector<std::string> Delivery::publish()
{
    cleanup::point_of_no_return();
    std::vector<std::string> paths;
    try {
        for (Destination& destination : destinations_)
            paths.push_back(place(destination));
    } catch (...) {
        for (const Destination& destination : destinations_)
            if (!destination.published.empty())
                ::unlinkat(destination.folder.new_mail(), destination.published.c_str(), 0);
        throw;
    }
    return paths;
}

/// Publish in one folder, or find the copy that an earlier attempt published.
std::string Delivery::place(Destination& destination)
{
    const Maildir& folder = destination.folder;
    for (int attempt = 0; attempt < naming_attempts; ++attempt) {
        const std::string name = message_name(identity_.queue_id, facts_);
        if (const auto earlier = find_earlier(folder, name)) {
            // It may have become visible without being durable yet.
            sync_directory(folder.new_mail(), folder.path());
            return cat(folder.path(), "/", *earlier);
        }
        if (destination.file.publish(folder.new_mail(), name) == ScratchFile::Outcome::name_taken)
            continue;
        destination.published = name;
        sync_directory(folder.new_mail(), folder.path());
        return cat(folder.path(), "/new/", name);
    }
    throw Error("4.3.0", "mail system error",
                cat("cannot find a free file name in ", folder.path()));
}

/// The path below the folder of the same delivery by an earlier attempt, which may have been
/// killed after publishing; a mail reader may have moved it to cur meanwhile.
std::optional<std::string> Delivery::find_earlier(const Maildir& folder,
                                                  const std::string& name) const
{
    if (identity_.queue_id.empty()) return std::nullopt;
    const std::string mark = cat(".", delivery_mark(identity_.queue_id, facts_), ".");
    const auto is_ours = [&](std::string_view entry) {
        return entry.find(mark) != std::string_view::npos;
    };
    const auto arrival = arrival_time(identity_.queue_id);
    struct stat info = {};
    // A long queue id gives the name itself; a short one, only a part of it.
    if (arrival && ::fstatat(folder.new_mail(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0)
        return cat("new/", name);
    if (!arrival) {
        if (const auto entry = find_entry(folder.new_mail(), is_ours)) return cat("new/", *entry);
    }
    if (!arrival || changed_since(folder.cur(), arrival->seconds)) {
        if (const auto entry = find_entry(folder.cur(), is_ours)) return cat("cur/", *entry);
    }
    return std::nullopt;
}

std::vector<int> Delivery::directories() const
{
    std::vector<int> bases;
    for (const Destination& destination : destinations_)
        bases.push_back(destination.folder.base());
    return bases;
}

} // namespace mn::store
