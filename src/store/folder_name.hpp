// Names of mail folders, as people write them and as Dovecot keeps them on disk (Maildir++).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mn::store
{

/// The directory of a folder: "Junk" is ".Junk", "Work/2026" is ".Work.2026", and what is not
/// ASCII is modified UTF-7. [RFC3501 5.1.3] Both "/" and "." separate levels.
/// Nothing if the name is not valid UTF-8, has control characters, an empty level, or more than
/// 200 bytes on disk.
std::optional<std::string> folder_directory(std::string_view name);

} // namespace mn::store
