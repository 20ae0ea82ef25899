// Files and directories that survive a crash: written whole, or not at all.
#pragma once

#include "base/cleanup.hpp"
#include "base/fd.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace mn
{

/// The whole file, at most limit bytes. Throws Error.
std::string read_file(const std::string& path, std::size_t limit);

/// A directory to use with the *at() calls. Throws Error.
Fd open_directory(const std::string& path);

/// The directory `name` below `parent`; a symbolic link is refused. Throws Error.
Fd open_subdirectory(int parent, const std::string& name);

/// Make the directory `name` below `parent` (its entry is durable on return), or accept the one
/// that is there. Returns true if it was made now. Throws Error.
bool make_subdirectory(int parent, const std::string& name, mode_t mode);

/// Make the entries of a directory durable. Throws Error.
void sync_directory(int directory, std::string_view what);

/// A file's new content, built beside it and put in its place in one step.
///
///   ReplacementFile file("/etc/x/table", 0644);
///   file.write("a b\n");
///   file.commit();
///
/// Readers see the old content or the new, never a part. Destroyed without commit(), nothing has
/// changed. Keeps mode and owner of the file it replaces; mode is for a file that is new.
class ReplacementFile
{
public:
    ReplacementFile(const std::string& path, mode_t mode);

    void write(std::string_view bytes);

    /// Durable on return: file and directory are synced. Throws Error.
    void commit();

private:
    std::string path_;
    cleanup::TemporaryName temporary_;
    Fd fd_;
    std::string buffer_;
};

/// ReplacementFile in one call, and only if the content differs: returns false if it was the same.
bool replace_file(const std::string& path, std::string_view content, mode_t mode);

} // namespace mn
