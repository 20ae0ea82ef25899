#include "list/subscriber_file.hpp"

#include "base/cleanup.hpp"
#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::size_t buffer_size = std::size_t{1} << 18; ///< longer lines are no addresses
constexpr std::chrono::seconds patience{60};

/// False when somebody has removed the file meanwhile: then its lock protects nothing.
bool still_has_name(int fd, int directory, const std::string& name)
{
    struct stat ours = {};
    struct stat named = {};
    return ::fstat(fd, &ours) == 0 && ::fstatat(directory, name.c_str(), &named, 0) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

/// A lock that holds; empty when another process has it.
Fd lock_now(const List& list, int directory, const std::string& name)
{
    constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    Fd fd(::openat(directory, name.c_str(), flags, 0600));
    if (!fd) throw system_error(errno, "open the lock file", list.path(name));
    if (!try_lock(fd.get(), list.path(name), LockHolder::process)) return {};
    if (!still_has_name(fd.get(), directory, name)) return {};
    return fd;
}

bool is_subscriber_file(std::string_view name)
{
    return !name.starts_with('.') && !name.ends_with(".new") && !name.ends_with(".lock");
}

void make_lower(std::span<char> text)
{
    for (char& c : text)
        c = static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 'a' - 'A' : 0));
}

/// In steps of a fixed length, for which compilers take the wide registers: four times as fast.
void make_all_lower(std::span<char> text)
{
    constexpr std::size_t step = 64;
    for (; text.size() >= step; text = text.subspan(step))
        make_lower(text.first<step>());
    make_lower(text);
}

/// Calls use for every line, trimmed and in lower case, that is not empty.
void read_lines(int fd, const std::string& path, const SubscriberDirectory::UseLine& use)
{
    std::string buffer(buffer_size, '\0');
    std::size_t held = 0;
    const auto use_line = [&](std::string_view line) {
        if (const std::string_view trimmed = trim(line); !trimmed.empty()) use(trimmed);
    };
    for (;;) {
        const std::size_t count = read_some(fd, {buffer.data() + held, buffer.size() - held}, path);
        make_all_lower({buffer.data() + held, count});
        const std::string_view text(buffer.data(), held + count);
        if (count == 0) return use_line(text);
        std::size_t begin = 0;
        // What was held has no line end: look at the new bytes only.
        for (std::size_t end = text.find('\n', held); end != std::string_view::npos;
             end = text.find('\n', begin)) {
            use_line(text.substr(begin, end - begin));
            begin = end + 1;
        }
        held = text.size() - begin;
        if (held == buffer.size())
            throw Error("4.3.5", "mailing list configuration error",
                        cat(path, " is no file of addresses: it has a very long line"));
        std::memmove(buffer.data(), buffer.data() + begin, held);
    }
}

/// A new file below mailnode/, where no reader of subscribers looks.
class NewFile
{
public:
    NewFile(const List& list, const std::string& name)
        : directory_(list.make_directory("mailnode")), temporary_(directory_.get(), name),
          path_(list.path(cat("mailnode/", name))),
          fd_(::openat(directory_.get(), name.c_str(),
                       O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600))
    {
        if (!fd_) throw system_error(errno, "create", path_);
        list.adopt(fd_.get(), false);
        buffer_.reserve(buffer_size);
    }

    void add(std::string_view line)
    {
        if (buffer_.size() + line.size() + 1 > buffer_size) flush();
        buffer_.append(line).push_back('\n');
        is_empty_ = false;
    }

    bool is_empty() const { return is_empty_; }

    void move_to(int directory, const std::string& file)
    {
        flush();
        if (::fsync(fd_.get()) != 0) throw system_error(errno, "sync", path_);
        fd_.close_checked(path_);
        if (::renameat(directory_.get(), temporary_.name().c_str(), directory, file.c_str()) != 0)
            throw system_error(errno, "move into place", path_);
        temporary_.keep();
    }

private:
    void flush()
    {
        write_all(fd_.get(), buffer_, path_);
        buffer_.clear();
    }

    Fd directory_;
    cleanup::TemporaryName temporary_;
    std::string path_;
    Fd fd_;
    std::string buffer_;
    bool is_empty_ = true;
};

} // namespace

// ---- SubscriberLock -----------------------------------------------------------------------------

SubscriberLock::SubscriberLock(const List& list, int directory, const std::string& file)
    : directory_(directory), name_(cat(".", file, ".lock"))
{
    const auto attempt = [&] {
        fd_ = lock_now(list, directory, name_);
        return static_cast<bool>(fd_);
    };
    if (!keep_trying(patience, attempt))
        throw Error("4.3.2", "mail system busy",
                    cat("another process holds a lock on the subscribers of ", list.directory()));
    list.adopt(fd_.get(), false);
}

SubscriberLock::~SubscriberLock()
{
    // While it is ours: who waits for it then sees that it has lost its name.
    if (fd_) (void)::unlinkat(directory_, name_.c_str(), 0);
}

// ---- SubscriberDirectory ------------------------------------------------------------------------

SubscriberDirectory::SubscriberDirectory(const List& list, std::string name)
    : list_(list), name_(std::move(name)),
      fd_(::openat(list.fd(), name_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
{
    if (!fd_ && errno != ENOENT) throw system_error(errno, "open directory", list.path(name_));
}

void SubscriberDirectory::make()
{
    if (!fd_) fd_ = list_.make_directory(name_);
}

std::string SubscriberDirectory::path(const std::string& file) const
{
    return list_.path(cat(name_, "/", file));
}

std::vector<std::string> SubscriberDirectory::files() const
{
    std::vector<std::string> names;
    if (!fd_) return names;
    find_entry(fd_.get(), [&](std::string_view name) {
        if (is_subscriber_file(name)) names.emplace_back(name);
        return false;
    });
    std::sort(names.begin(), names.end());
    return names;
}

void SubscriberDirectory::for_each_line(const std::string& file, const UseLine& use) const
{
    if (!fd_) return;
    const Fd fd(::openat(fd_.get(), file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) {
        if (errno == ENOENT) return;
        throw system_error(errno, "open", path(file));
    }
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) throw system_error(errno, "examine", path(file));
    if (S_ISREG(found.st_mode)) read_lines(fd.get(), path(file), use);
}

SubscriberLock SubscriberDirectory::lock(const std::string& file) const
{
    return SubscriberLock(list_, fd_.get(), file);
}

void SubscriberDirectory::rewrite(const std::string& file,
                                  const std::function<bool(std::string_view)>& is_gone,
                                  std::span<const std::string_view> additions) const
{
    NewFile fresh(list_, cat(name_, ".", file, ".new"));
    for_each_line(file, [&](std::string_view line) {
        if (!is_gone(line)) fresh.add(line);
    });
    for (const std::string_view address : additions)
        fresh.add(address);
    if (!fresh.is_empty())
        fresh.move_to(fd_.get(), file);
    else if (::unlinkat(fd_.get(), file.c_str(), 0) != 0 && errno != ENOENT)
        throw system_error(errno, "remove", path(file));
    sync_directory(fd_.get(), path(file));
}

} // namespace mn::list
