// A mailing list as it lies on the disk: the directory that mlmmj has defined, with the same
// control files. Our own files, which mlmmj does not know, are all below mailnode/ in it.
//
//   const List list("/var/mailnode/lists/cats");
//   list.address_for("help")                 // "cats+help@example.org"
//   if (list.flag("closedlist")) …
//
// Control files are read when they are asked for, each once. Throws Error 4.3.5 when the directory
// or a file in it cannot be used as it is: the mail waits until the list is mended.
#pragma once

#include "base/fd.hpp"
#include "message/address.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace mn::list
{

class List
{
public:
    /// Opens the directory and reads control/listaddress and control/delimiter.
    explicit List(const std::string& directory);

    const std::string& directory() const { return directory_; }
    int fd() const { return fd_.get(); }

    /// The path of something in the directory: path("archive/7").
    std::string path(std::string_view below) const;

    /// The primary address, lower case domain, and all addresses, the primary one first.
    const Address& address() const { return addresses_.front(); }
    const std::vector<Address>& addresses() const { return addresses_; }
    /// Is this one of them, in whatever case?
    bool is_own_address(std::string_view address) const;

    /// "+" unless control/delimiter says otherwise.
    const std::string& delimiter() const { return delimiter_; }
    /// "name+extension@domain" of the primary address; the address itself for "".
    std::string address_for(std::string_view extension) const;
    /// What follows the delimiter in the local part of an address of this list: "" for the list
    /// itself; nothing when the address is not one of this list.
    std::optional<std::string> extension_of(std::string_view recipient) const;

    /// For what is made in the list's directory: 0600, or 0660 where the group may write there.
    mode_t file_mode() const { return file_mode_; }
    /// Gives a new file or directory that mode and, where it counts, the directory's group.
    void adopt(int fd, bool is_directory) const;
    /// The directory below this one, made when missing: make_directory("mailnode"). Durable.
    Fd make_directory(const std::string& name) const;

    // The control files, by their types in mn-list(5). A name that tunables.hpp does not have is a
    // mistake of the program: std::logic_error.
    bool flag(std::string_view tunable) const;        ///< there is such a file
    std::string line(std::string_view tunable) const; ///< first line, trimmed, or the default
    std::vector<std::string> lines(std::string_view tunable) const;  ///< trimmed, none empty
    std::optional<std::string> text(std::string_view tunable) const; ///< all of it, byte for byte
    std::uint64_t number(std::string_view tunable) const; ///< or the default; no limit: 2^64-1

private:
    const std::optional<std::string>& control_file(std::string_view tunable) const;

    std::string directory_;
    Fd fd_;
    mode_t file_mode_ = 0600;
    gid_t group_ = 0;
    std::vector<Address> addresses_;
    std::string delimiter_;
    mutable std::map<std::string, std::optional<std::string>, std::less<>> cache_;
};

/// The secret of this list, for its tokens: 32 bytes in mailnode/secret, made when missing.
std::string secret_of(const List& list);

} // namespace mn::list
