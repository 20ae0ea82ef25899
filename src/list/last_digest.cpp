#include "list/last_digest.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::size_t max_size = 200;

} // namespace

std::string DigestMark::text() const
{
    return cat(std::to_string(index), ":", std::to_string(time), ":", std::to_string(issue), "\n");
}

DigestMark parse_digest_mark(std::string_view text)
{
    const auto parts = split(trim(text), ':');
    if (parts.size() < 2 || parts.size() > 3) return {};
    const auto index = parse_number(parts[0]);
    const auto time = parse_number(parts[1]);
    const auto issue = parts.size() == 3 ? parse_number(parts[2]) : 0;
    if (!index || !time || !issue || *time > INT64_MAX) return {};
    return {.index = *index, .time = static_cast<std::int64_t>(*time), .issue = *issue};
}

DigestMark read_digest_mark(const List& list)
{
    const std::string path = list.path("lastdigest");
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return {};
    return parse_digest_mark(read_file(path, max_size));
}

LastDigest::LastDigest(const List& list)
    : directory_(list.fd()), path_(list.path("lastdigest")),
      fd_(::open(path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600))
{
    if (!fd_) throw system_error(errno, "open", path_);
    is_locked_ = try_lock(fd_.get(), path_, LockHolder::process);
    if (is_locked_) mark_ = parse_digest_mark(read_all(fd_.get(), max_size, path_));
}

void LastDigest::write(const DigestMark& mark)
{
    // In its place, for the lock is that of this file. One write of a few bytes, and marks only
    // grow.
    const std::string text = mark.text();
    const ssize_t written = ::pwrite(fd_.get(), text.data(), text.size(), 0);
    if (written < 0) throw system_error(errno, "write", path_);
    if (written != static_cast<ssize_t>(text.size())) throw system_error(ENOSPC, "write", path_);
    if (::ftruncate(fd_.get(), written) != 0) throw system_error(errno, "cut", path_);
    if (::fsync(fd_.get()) != 0) throw system_error(errno, "sync", path_);
    if (mark_.time == 0) sync_directory(directory_, path_); // the file may be new
    mark_ = mark;
}

} // namespace mn::list
