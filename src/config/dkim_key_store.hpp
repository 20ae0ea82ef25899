// Changes among the private DKIM keys (see dkim_keys.hpp): put one there, and the steps of a
// rotation. Every step is done or not, also when the power fails, and can be repeated.
//
//   const Lock lock = lock_keys(dir);    // from before looking what is there until all is done
//   add_keys(dir, "example.org", KeyState::active, keys);
//   activate_next(dir, "example.org");   // the prepared keys sign from now on, the old ones rest
//
// New files and directories get the group of dir, and as much for it as dir itself allows: 0600 and
// 0700 below a directory of mode 0700, 0640 and 0750 below one of mode 0750.
#pragma once

#include "base/lock.hpp"
#include "config/dkim_keys.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

/// Nobody else changes keys meanwhile; reading them needs no lock. What an interrupted add_keys()
/// has left is removed. Throws Error 4.3.2 when another process takes too long.
Lock lock_keys(const std::string& dir);

/// Where a key of this name is, if anywhere: a selector is used once, whatever its state.
std::optional<KeyFile> find_selector(const std::string& dir, std::string_view domain,
                                     std::string_view selector);

struct NewKey {
    std::string selector;
    crypto::PrivateKey key;
};

/// Whole and durable on return. They appear in one step where the directory for this state is
/// missing or empty; beside other things one after the other. dir must exist, and be locked. Throws
/// UsageError for names that are none, Error when a key of that name is there; then nothing was
/// changed.
void add_keys(const std::string& dir, std::string_view domain, KeyState state,
              std::span<const NewKey> keys);

struct Switched {
    std::vector<std::string> activated; ///< selectors
    std::vector<std::string> retired;
};

/// All keys below next/ become active, all that were active before are retired. Both sign for a
/// moment, so that no moment is without a key. Interrupted, it goes on where it was; with nothing
/// below next/ it does nothing.
Switched activate_next(const std::string& dir, std::string_view domain);

struct RetiredKey {
    KeyFile file;
    std::int64_t since; ///< seconds since 1970
};

std::vector<RetiredKey> retired_keys(const std::string& dir, std::string_view domain);

/// Gone for good.
void remove_key(const KeyFile& file);

} // namespace mn::config
