// The private DKIM keys of a node: DIR/DOMAIN/SELECTOR.pem signs; DIR/DOMAIN/next/SELECTOR.pem is
// prepared and does not sign yet; DIR/DOMAIN/retired/SELECTOR.pem does not sign any more.
//
//   for (const LoadedKey& key : load_active_keys(dir, "example.org")) …
//
// Names are checked before they touch a path: neither a domain nor a selector leads out of DIR.
// What is wrong is collected in a list of problems, for an admin tool or the log.
#pragma once

#include "config/problem.hpp"
#include "crypto/key.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

/// In the directory of all domains, and no domains: the lock of who changes keys, and the place
/// where new keys wait for the others of their kind.
inline constexpr std::string_view lock_file_name = ".lock";
inline constexpr std::string_view unfinished_name = ".new";

enum class KeyState : std::uint8_t { active, next, retired };

std::string_view state_name(KeyState state); ///< "active", …

struct KeyFile {
    std::string domain;
    std::string selector;
    KeyState state;
    std::string path;
};

struct LoadedKey {
    std::string selector;
    crypto::PrivateKey key;
};

/// What may stand between "." of DIR/DOMAIN/SELECTOR.pem. [RFC6376 3.1]
bool is_selector(std::string_view text);

/// DIR/DOMAIN, DIR/DOMAIN/next or DIR/DOMAIN/retired. Throws UsageError when domain is none.
std::string key_directory(const std::string& dir, std::string_view domain, KeyState state);

/// The domains that have a directory below dir, sorted. Throws Error when dir cannot be read.
std::vector<std::string> domains_with_keys(const std::string& dir, std::vector<Problem>* problems);

/// The key files of a domain, sorted by selector; none when it has no directory. Files that are no
/// keys become problems. Throws Error when a directory cannot be read.
std::vector<KeyFile> find_keys(const std::string& dir, std::string_view domain, KeyState state,
                               std::vector<Problem>* problems);

/// Throws Error 4.3.5 when the file is no usable key. A file that others may read, or change, is
/// a problem, but is loaded.
crypto::PrivateKey load_key(const KeyFile& file, std::vector<Problem>* problems);

/// All keys that sign for the domain, sorted by selector; none when it has none. A file that cannot
/// be used is a problem, but when there is none beside it, it is an Error: mail must not leave
/// unsigned because of it.
std::vector<LoadedKey> load_active_keys(const std::string& dir, std::string_view domain,
                                        std::vector<Problem>* problems = nullptr);

} // namespace mn::config
