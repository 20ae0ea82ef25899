#include "list/list.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/scratch_file.hpp"
#include "base/text.hpp"
#include "list/tunables.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::size_t max_control_file = std::size_t{1} << 20;
constexpr std::size_t secret_size = 32;

Error unusable(std::string_view path, std::string_view why)
{
    return Error("4.3.5", "mailing list configuration error", cat(path, " ", why));
}

const Tunable& tunable_of(std::string_view name)
{
    const Tunable* const tunable = find_tunable(name);
    if (tunable == nullptr) throw std::logic_error(cat("no tunable has the name ", name));
    return *tunable;
}

/// Nothing when there is no such file. O_NONBLOCK: a FIFO must not hold us up.
std::optional<std::string> read_if_there(int directory, const std::string& name,
                                         const std::string& path)
{
    const Fd fd(::openat(directory, name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) {
        if (errno == ENOENT) return std::nullopt;
        throw system_error(errno, "open", path);
    }
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) throw system_error(errno, "examine", path);
    if (!S_ISREG(found.st_mode)) throw unusable(path, "is not a regular file");
    if (static_cast<std::uint64_t>(found.st_size) > max_control_file)
        throw unusable(path, "is too big");
    return read_all(fd.get(), max_control_file, path);
}

std::string first_line(std::string_view text)
{
    return std::string(trim(text.substr(0, text.find('\n'))));
}

/// Part of every address we make, and of every one we take apart.
bool is_delimiter(std::string_view text)
{
    return is_local_part(text) && text.find_first_of("=/") == std::string_view::npos;
}

bool begins_ignoring_case(std::string_view text, std::string_view beginning)
{
    return equal_ignoring_case(text.substr(0, beginning.size()), beginning);
}

} // namespace

List::List(const std::string& directory) : directory_(directory), fd_(open_directory(directory))
{
    while (directory_.size() > 1 && directory_.back() == '/')
        directory_.pop_back();
    struct stat found = {};
    if (::fstat(fd_.get(), &found) != 0) throw system_error(errno, "examine", directory_);
    if ((found.st_mode & S_IWGRP) != 0) file_mode_ = 0660;
    group_ = found.st_gid;

    for (const std::string& text : lines("listaddress")) {
        auto address = parse_address(text);
        if (!address)
            throw unusable(path("control/listaddress"),
                           cat("has something that is no address: ", printable(text)));
        addresses_.push_back(std::move(*address));
    }
    if (addresses_.empty()) throw unusable(path("control/listaddress"), "is missing or empty");
    delimiter_ = line("delimiter");
    if (!is_delimiter(delimiter_))
        throw unusable(path("control/delimiter"),
                       cat("is not fit for an address: ", printable(delimiter_)));
}

std::string List::path(std::string_view below) const
{
    return cat(directory_, "/", below);
}

bool List::is_own_address(std::string_view address) const
{
    return std::any_of(addresses_.begin(), addresses_.end(), [&](const Address& own) {
        return equal_ignoring_case(own.text(), address);
    });
}

std::string List::address_for(std::string_view extension) const
{
    if (extension.empty()) return address().text();
    return cat(address().local, delimiter_, extension, "@", address().domain);
}

std::optional<std::string> List::extension_of(std::string_view recipient) const
{
    if (is_own_address(recipient)) return "";
    // Not parse_address: an extension with an address in it makes local parts of any length.
    const std::size_t at = recipient.rfind('@');
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view local = recipient.substr(0, at);
    const std::string_view domain = recipient.substr(at + 1);
    for (const Address& own : addresses_) {
        const std::string beginning = cat(own.local, delimiter_);
        if (equal_ignoring_case(own.domain, domain) && local.size() > beginning.size() &&
            begins_ignoring_case(local, beginning))
            return std::string(local.substr(beginning.size()));
    }
    return std::nullopt;
}

void List::adopt(int fd, bool is_directory) const
{
    mode_t mode = file_mode_;
    if (is_directory) mode |= (mode & 0440) >> 2; // who may read may look inside
    // The group first, for a change of the owner or group may take bits away. It counts only where
    // the group may write; one we are not in stays as it is.
    if (file_mode_ != 0600 && ::fchown(fd, static_cast<uid_t>(-1), group_) != 0 && errno != EPERM)
        throw system_error(errno, "set the group of a file in", directory_);
    if (::fchmod(fd, mode) != 0) throw system_error(errno, "set the mode of a file in", directory_);
}

Fd List::make_directory(const std::string& name) const
{
    const bool is_new = make_subdirectory(fd(), name, 0700);
    Fd made(::openat(fd(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!made) throw system_error(errno, "open directory", path(name));
    if (is_new) adopt(made.get(), true);
    return made;
}

const std::optional<std::string>& List::control_file(std::string_view tunable) const
{
    const auto known = cache_.find(tunable);
    if (known != cache_.end()) return known->second;
    const std::string name = cat("control/", tunable_of(tunable).name);
    return cache_.emplace(std::string(tunable), read_if_there(fd(), name, path(name)))
        .first->second;
}

bool List::flag(std::string_view tunable) const
{
    return control_file(tunable).has_value();
}

std::string List::line(std::string_view tunable) const
{
    const auto& text = control_file(tunable);
    return text ? first_line(*text) : std::string(tunable_of(tunable).default_value);
}

std::vector<std::string> List::lines(std::string_view tunable) const
{
    std::vector<std::string> values;
    const auto& text = control_file(tunable);
    for (const std::string_view line : split(text ? std::string_view(*text) : "", '\n'))
        if (const std::string_view value = trim(line); !value.empty()) values.emplace_back(value);
    return values;
}

std::optional<std::string> List::text(std::string_view tunable) const
{
    return control_file(tunable);
}

std::uint64_t List::number(std::string_view tunable) const
{
    if (tunable_of(tunable).type != TunableType::number)
        throw std::logic_error(cat(tunable, " is no number"));
    const std::string value = line(tunable);
    if (value.empty() && !flag(tunable)) return std::numeric_limits<std::uint64_t>::max();
    const auto number = parse_number(value);
    if (!number)
        throw unusable(path(cat("control/", tunable)), cat("is no number: ", printable(value)));
    return *number;
}

std::string secret_of(const List& list)
{
    const Fd directory = list.make_directory("mailnode");
    const std::string path = list.path("mailnode/secret");
    auto secret = read_if_there(directory.get(), "secret", path);
    if (!secret) {
        std::string fresh(secret_size, '\0');
        fill_random({reinterpret_cast<unsigned char*>(fresh.data()), fresh.size()});
        ScratchFile file(directory.get());
        write_all(file.fd(), fresh, path);
        list.adopt(file.fd(), false);
        file.sync();
        // Another process may have been faster: then its secret is the list's.
        file.publish(directory.get(), "secret");
        sync_directory(directory.get(), path);
        secret = read_if_there(directory.get(), "secret", path);
    }
    if (!secret || secret->size() != secret_size) throw unusable(path, "is not 32 bytes long");
    return *secret;
}

} // namespace mn::list
