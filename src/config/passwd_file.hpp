// Changes userconfig/passwd where it lies, while other programs read it and others want to
// change it too.
//
//   edit_passwd_file(path, Writing::for_good, [&](const std::string& text) {
//       return put_account(text, "bob@example.test", hash);
//   });
#pragma once

#include <functional>
#include <string>

namespace mn::config
{

/// The file's text. Throws Error when there is none, or it is no regular file.
std::string read_passwd_file(const std::string& path);

enum class Writing { for_good, dry_run };

/// Replaces the file by what edit makes of its text, in one step and durably; no file is an empty
/// text, and a new file gets mode 0640. Returns false, and touches nothing, when edit changes
/// nothing. Runs of this function on one file wait for each other (PATH.lock, at most 30
/// seconds). Whatever edit throws leaves the file alone. A dry run neither locks nor writes, and
/// returns what the real one would have. Throws Error.
bool edit_passwd_file(const std::string& path, Writing writing,
                      const std::function<std::string(const std::string&)>& edit);

} // namespace mn::config
