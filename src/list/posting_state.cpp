#include "list/posting_state.hpp"

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/lock.hpp"
#include "base/scratch_file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::list
{
namespace
{

using namespace std::chrono_literals;

constexpr std::size_t offset_digits = 20;
constexpr std::size_t max_state = 1000;
constexpr std::size_t max_message = std::size_t{1} << 31;
constexpr std::size_t write_size = 65536;
constexpr std::string_view state_suffix = ".state";

Fd sending_directory(const List& list)
{
    const Fd parent = list.make_directory("mailnode");
    const bool is_new = make_subdirectory(parent.get(), "sending", 0700);
    Fd made = open_subdirectory(parent.get(), "sending");
    if (is_new) list.adopt(made.get(), true);
    return made;
}

std::string file_name(std::uint64_t number, std::string_view suffix)
{
    return cat(std::to_string(number), suffix);
}

std::string path_of(const List& list, std::uint64_t number, std::string_view suffix)
{
    return list.path(cat("mailnode/sending/", file_name(number, suffix)));
}

std::string digits(std::uint64_t value)
{
    std::string text = std::to_string(value);
    return text.insert(0, offset_digits - text.size(), '0');
}

void write_at_start(int fd, std::string_view bytes, const std::string& path)
{
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), 0);
    if (written < 0) throw system_error(errno, "write", path);
    if (static_cast<std::size_t>(written) != bytes.size())
        throw system_error(ENOSPC, "write", path);
}

void sync(int fd, const std::string& path)
{
    if (::fsync(fd) != 0) throw system_error(errno, "sync", path);
}

void unlink_if_there(int directory, const std::string& name)
{
    if (::unlinkat(directory, name.c_str(), 0) != 0 && errno != ENOENT)
        throw system_error(errno, "remove", name);
}

bool exists(int directory, const std::string& name)
{
    struct stat found = {};
    return ::fstatat(directory, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0;
}

/// A new file, whole, in place of what is there; the directory is not synced yet.
void write_file(const List& list, int directory, const std::string& name,
                const std::function<void(int)>& write)
{
    ScratchFile file(directory);
    write(file.fd());
    list.adopt(file.fd(), false);
    file.sync();
    if (file.publish(directory, name) == ScratchFile::Outcome::published) return;
    unlink_if_there(directory, name);
    if (file.publish(directory, name) != ScratchFile::Outcome::published)
        throw Error("4.3.2", "mail system busy", cat("somebody else makes ", name));
}

void write_recipients(int fd, const PostingRecord& record, const std::string& path)
{
    std::string buffer;
    record.recipients([&](std::string_view address) {
        buffer.append(address).push_back('\n');
        if (buffer.size() < write_size) return;
        write_all(fd, buffer, path);
        buffer.clear();
    });
    write_all(fd, buffer, path);
}

Fd open_if_there(const std::string& path, int flags)
{
    Fd fd(::open(path.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd && errno != ENOENT) throw system_error(errno, "open", path);
    return fd;
}

/// What N.state says.
struct State {
    std::uint64_t offset;
    std::string identity;
    std::size_t signed_bytes;
};

State parse_state(std::string_view text, const std::string& path)
{
    const auto lines = split(text, '\n');
    const auto offset = parse_number(lines.front());
    const auto signed_bytes = lines.size() == 4 ? parse_number(lines[2]) : std::uint64_t{0};
    if (lines.size() < 3 || lines.size() > 4 || lines.front().size() != offset_digits || !offset ||
        !signed_bytes)
        throw Error("4.3.5", "mailing list is damaged", cat(path, " has not its lines"));
    return {*offset, std::string(lines[1]), *signed_bytes};
}

std::string state_text(const PostingRecord& record)
{
    const std::string text = cat(digits(0), "\n", record.identity, "\n");
    return record.signed_bytes == 0 ? text : cat(text, std::to_string(record.signed_bytes), "\n");
}

} // namespace

IndexLock::IndexLock(const List& list)
    : list_(list),
      fd_(::openat(list.fd(), "index", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, list.file_mode()))
{
    const std::string path = list.path("index");
    if (!fd_) throw system_error(errno, "open", path);
    if (!keep_trying(30s, [&] { return try_lock(fd_.get(), path, LockHolder::descriptor); }))
        throw Error("4.3.2", "mail system busy", cat("another process keeps the lock of ", path));
    const std::string raw = read_all(fd_.get(), 100, path);
    size_ = raw.size();
    const std::string_view text = trim(raw);
    const auto number = parse_number(text);
    if (!text.empty() && !number)
        throw Error("4.3.5", "mailing list is damaged", cat(path, " is no number"));
    last_ = number.value_or(0);
}

void IndexLock::raise(std::uint64_t number)
{
    const std::string path = list_.path("index");
    const std::string text = std::to_string(number);
    if (text.size() < size_ && ::ftruncate(fd_.get(), 0) != 0) // somebody has edited it
        throw system_error(errno, "shorten", path);
    write_at_start(fd_.get(), text, path);
    sync(fd_.get(), path);
    sync_directory(list_.fd(), list_.directory());
    last_ = number;
    size_ = text.size();
}

std::uint64_t IndexLock::next() const
{
    const Fd sending = sending_directory(list_);
    const Fd archive = list_.make_directory("archive");
    std::uint64_t number = last_ + 1;
    while (exists(archive.get(), std::to_string(number)) &&
           !exists(sending.get(), file_name(number, state_suffix)))
        ++number;
    return number;
}

void write_posting(const List& list, std::uint64_t number, const PostingRecord& record)
{
    const Fd sending = sending_directory(list);
    const Fd archive = list.make_directory("archive");
    const std::string to = path_of(list, number, ".to");
    const auto write_message = [&](int fd) { write_all(fd, record.message, "a post"); };
    write_file(list, sending.get(), file_name(number, ".to"),
               [&](int fd) { write_recipients(fd, record, to); });
    if (!record.is_archived)
        write_file(list, sending.get(), file_name(number, ".msg"), write_message);
    write_file(list, sending.get(), file_name(number, state_suffix),
               [&](int fd) { write_all(fd, state_text(record), "a state"); });
    sync_directory(sending.get(), list.path("mailnode/sending"));
    if (!record.is_archived) return;
    // After the state is durable: so next() knows that the file in the archive is ours.
    write_file(list, archive.get(), std::to_string(number), write_message);
    sync_directory(archive.get(), list.path("archive"));
}

void remove_posting(const List& list, std::uint64_t number)
{
    const Fd sending = sending_directory(list);
    // The state last: as long as it is there, somebody will come and remove the rest.
    for (const std::string_view suffix :
         {std::string_view(".to"), std::string_view(".msg"), state_suffix})
        unlink_if_there(sending.get(), file_name(number, suffix));
    sync_directory(sending.get(), list.path("mailnode/sending"));
}

std::vector<std::uint64_t> postings_under_way(const List& list)
{
    std::vector<std::uint64_t> numbers;
    const Fd sending = sending_directory(list);
    find_entry(sending.get(), [&](std::string_view name) {
        if (!name.ends_with(state_suffix)) return false;
        name.remove_suffix(state_suffix.size());
        if (const auto number = parse_number(name)) numbers.push_back(*number);
        return false;
    });
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

std::string identity_of(const List& list, std::uint64_t number)
{
    const std::string path = path_of(list, number, state_suffix);
    const Fd fd = open_if_there(path, O_RDONLY);
    if (!fd) return "";
    return parse_state(read_all(fd.get(), max_state, path), path).identity;
}

SendingState::SendingState(const List& list, std::uint64_t number, Fd fd)
    : list_(&list), number_(number), fd_(std::move(fd))
{
    const std::string path = path_of(list, number, state_suffix);
    State state = parse_state(read_all(fd_.get(), max_state, path), path);
    offset_ = state.offset;
    identity_ = std::move(state.identity);
    signed_bytes_ = state.signed_bytes;
    recipients_ = open_if_there(path_of(list, number, ".to"), O_RDONLY);
}

std::optional<SendingState> SendingState::open(const List& list, std::uint64_t number)
{
    const std::string path = path_of(list, number, state_suffix);
    Fd fd = open_if_there(path, O_RDWR);
    if (!fd || !try_lock(fd.get(), path, LockHolder::descriptor)) return std::nullopt;
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) throw system_error(errno, "examine", path);
    // Who had the lock before us may have finished.
    if (found.st_nlink == 0) return std::nullopt;
    return SendingState(list, number, std::move(fd));
}

void SendingState::note(std::uint64_t offset)
{
    write_at_start(fd_.get(), digits(offset), path_of(*list_, number_, state_suffix));
    offset_ = offset;
}

void SendingState::advance(std::uint64_t offset)
{
    note(offset);
    sync(fd_.get(), path_of(*list_, number_, state_suffix));
}

std::optional<std::string> SendingState::message() const
{
    for (const std::string& path :
         {path_of(*list_, number_, ".msg"), list_->path(cat("archive/", std::to_string(number_)))})
        if (const Fd fd = open_if_there(path, O_RDONLY))
            return read_all(fd.get(), max_message, path);
    return std::nullopt;
}

SendingState::Batch SendingState::next_batch(std::size_t max_recipients,
                                             std::size_t max_bytes) const
{
    if (!recipients_) return {{}, offset_};
    std::string text(max_bytes, '\0');
    ssize_t count = 0;
    do
        count = ::pread(recipients_.get(), text.data(), text.size(), static_cast<off_t>(offset_));
    while (count < 0 && errno == EINTR);
    if (count < 0) throw system_error(errno, "read", path_of(*list_, number_, ".to"));
    text.resize(static_cast<std::size_t>(count));
    Batch batch{{}, offset_};
    for (std::size_t at = 0; batch.recipients.size() < max_recipients;) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string::npos) break;
        batch.recipients.push_back(text.substr(at, end - at));
        at = end + 1;
        batch.end = offset_ + at;
    }
    return batch;
}

} // namespace mn::list
