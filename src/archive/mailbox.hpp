// Messages that a list had before it was ours: an mbox file, or a Maildir.
//
//   for_each_message("/var/lib/mailman/archives/cats.mbox", [&](std::string_view message) { … });
//
// An mbox in its order, which is that of arrival: a message begins with a line "From ", after an
// empty line or at the start, that ends in a year or a time zone and has a time of day; one ">" is
// taken from lines ">From ". A Maildir: new and cur, by date. What comes has LF. At most a message
// is in memory. Throws Error.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace mn::archive
{

using UseMessage = std::function<void(std::string_view message)>;

/// A directory is a Maildir, a file an mbox.
void for_each_message(const std::string& path, const UseMessage& use);

/// "From ann@example.net  Sun Mar  1 10:00:00 2026". line: without its end.
bool begins_message(std::string_view line);

} // namespace mn::archive
