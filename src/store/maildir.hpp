// The directories of a mailbox: Maildir with Maildir++ folders, as Dovecot keeps them.
//
// Only directories here; how a message gets into one is store/delivery. Symbolic links below the
// directory that the caller names are refused, modes are 0700, and a directory that was made is
// durable before it is used. Dovecot's own files are never touched.
#pragma once

#include "base/fd.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mn::store
{

/// One folder (INBOX is one): its tmp, new and cur, open.
class Maildir
{
public:
    enum class Missing { is_an_error, make };

    /// The Maildir at a path. tmp, new and cur are made if one of them is missing; the Maildir
    /// itself only if missing says so. Throws Error.
    static Maildir open(const std::string& path, Missing missing);

    /// ROOT/DOMAIN/USER/Maildir, made as far as it is missing; ROOT itself must exist, for a
    /// volume that is not mounted must not look like an empty one. domain and user: a domain and
    /// an account name as message/address defines them, lower case. Throws Error.
    static Maildir open_account(const std::string& root, const std::string& domain,
                                const std::string& user);

    /// A folder of this Maildir, made if it is missing. directory: by folder_directory().
    Maildir folder(const std::string& directory) const;

    /// The directory of the folder, if there is one; names compare without regard to the case of
    /// ASCII letters, since pipe(8) may have lower-cased the address.
    std::optional<std::string> find_folder(const std::string& directory) const;

    const std::string& path() const noexcept { return path_; }
    int base() const noexcept { return base_.get(); }
    int tmp() const noexcept { return tmp_.get(); }
    int new_mail() const noexcept { return new_.get(); }
    int cur() const noexcept { return cur_.get(); }

private:
    Maildir(std::string path, Fd base);

    std::string path_;
    Fd base_;
    Fd tmp_;
    Fd new_;
    Fd cur_;
};

} // namespace mn::store
