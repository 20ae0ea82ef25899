// The directories of private DKIM keys (see dkim_keys.hpp), made when they are missing, and the one
// in which new keys wait until all of them are whole. For dkim_key_store only.
//
//   const UnfinishedKeys unfinished(dir);   // under the lock: there is one such directory
//   unfinished.write(key, "example.org");
//   unfinished.sync();
//   if (!unfinished.become(path)) …         // there are others: move() each, and remove()
//
// All get the group of dir and as much for it as dir itself allows. Throws Error.
#pragma once

#include "base/error.hpp"
#include "base/fd.hpp"
#include "config/dkim_key_store.hpp"

#include <string>
#include <string_view>
#include <sys/stat.h>

namespace mn::config
{

std::string key_file_name(std::string_view selector);

/// The directory of a domain's keys in this state, made if missing.
Fd open_state(const std::string& dir, std::string_view domain, KeyState state);

/// What an interrupted attempt has left; it was never a key of anybody.
void remove_unfinished_keys(const std::string& dir);

Error key_exists(std::string_view selector, std::string_view domain);

/// DIR/.new; nobody reads it.
class UnfinishedKeys
{
public:
    explicit UnfinishedKeys(const std::string& dir);

    void write(const NewKey& key, std::string_view domain) const;
    void sync() const;

    /// Durable in place of an empty directory, or of none. False: there is something in it.
    bool become(const std::string& path) const;

    /// Durable in that directory as well.
    void move(const NewKey& key, int directory, std::string_view domain) const;

    void remove() const;

private:
    void clear() const;

    std::string name_{unfinished_name};
    Fd top_;
    struct stat like_ = {};
    Fd fd_;
};

} // namespace mn::config
