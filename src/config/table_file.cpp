#include "config/table_file.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace mn::config
{
namespace
{

constexpr std::size_t block = std::size_t{1} << 16;

/// Read until the span is full or the file ends.
std::size_t read_block(int fd, std::span<char> room, const std::string& path)
{
    std::size_t total = 0;
    while (total < room.size()) {
        const std::size_t size = read_some(fd, room.subspan(total), path);
        if (size == 0) break;
        total += size;
    }
    return total;
}

} // namespace

TableFile::TableFile(std::string path, mode_t mode)
    : path_(std::move(path)), mode_(mode), old_bytes_(block, '\0')
{
    pending_.reserve(block * 2);
    // Not there or not to be read: then it is not the same, and writing will tell what is wrong.
    old_ = Fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info {
    };
    if (old_ && (::fstat(old_.get(), &info) != 0 || !S_ISREG(info.st_mode))) old_.reset();
}

void TableFile::write(std::string_view bytes)
{
    pending_.append(bytes);
    if (pending_.size() >= block) pass_on();
}

void TableFile::pass_on()
{
    if (!replacement_) {
        compare(pending_);
        if (!replacement_) {
            pending_.clear();
            return;
        }
    }
    replacement_->write(pending_);
    pending_.clear();
}

void TableFile::compare(std::string_view bytes)
{
    std::size_t at = 0;
    while (old_ && at < bytes.size()) {
        const std::size_t wanted = std::min(bytes.size() - at, block);
        const std::size_t size = read_block(old_.get(), {old_bytes_.data(), wanted}, path_);
        if (size < wanted || bytes.substr(at, wanted) != std::string_view(old_bytes_.data(), size))
            break;
        at += wanted;
    }
    if (old_ && at == bytes.size()) {
        same_ += bytes.size();
        return;
    }
    begin_replacement();
}

/// Copies what was the same. The caller goes on with what comes after it.
void TableFile::begin_replacement()
{
    replacement_ = std::make_unique<ReplacementFile>(path_, mode_);
    if (!old_) return;
    if (::lseek(old_.get(), 0, SEEK_SET) != 0) throw system_error(errno, "read again", path_);
    while (same_ > 0) {
        const std::size_t size =
            read_block(old_.get(), {old_bytes_.data(), std::min(same_, block)}, path_);
        if (size == 0)
            throw Error("4.3.0", "mail system error",
                        "The table " + path_ + " was changed by something else meanwhile.");
        replacement_->write({old_bytes_.data(), size});
        same_ -= size;
    }
    old_.reset();
}

bool TableFile::commit()
{
    pass_on();
    if (!replacement_) {
        char more = 0;
        if (old_ && read_some(old_.get(), {&more, 1}, path_) == 0) return false;
        begin_replacement();
    }
    replacement_->commit();
    return true;
}

} // namespace mn::config
