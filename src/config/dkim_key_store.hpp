// Changes among the private DKIM keys (see dkim_keys.hpp): put one there, and the steps of a
// rotation. Every step is done or not, also when the power fails, and can be repeated.
//
//   add_key(dir, "example.org", "default", KeyState::active, key);
//   activate_next(dir, "example.org");   // the prepared keys sign from now on, the old ones rest
//
// New files and directories get the group of dir, and as much for it as dir itself allows: 0600 and
// 0700 below a directory of mode 0700, 0640 and 0750 below one of mode 0750.
#pragma once

#include "config/dkim_keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

/// Where a key of this name is, if anywhere: a selector is used once, whatever its state.
std::optional<KeyFile> find_selector(const std::string& dir, std::string_view domain,
                                     std::string_view selector);

/// Durable on return. dir must exist. Throws UsageError for names that are none, Error when a key
/// of that name is there.
void add_key(const std::string& dir, std::string_view domain, std::string_view selector,
             KeyState state, const crypto::PrivateKey& key);

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
