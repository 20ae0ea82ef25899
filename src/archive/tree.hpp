// The directory that an archive is published in, and the files below it, which everybody may read.
//
//   const Tree tree("/var/www/lists/cats");
//   if (auto text = tree.read(".state", limit)) …      // nothing: it is not there
//   tree.replace("index.html", page);                  // readers see the old one or the new
//
// Names are relative to the directory; those above a file are made when missing. Only what sync()
// was called after is durable. One process at a time, whose umask(2) is 022. Throws Error 4.3.x.
#pragma once

#include "base/fd.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn::archive
{

class Tree
{
public:
    /// path: of a directory that is there.
    explicit Tree(const std::string& path);

    const std::string& path() const { return path_; }
    int fd() const { return fd_.get(); }

    bool has(const std::string& name) const;
    /// Nothing: it is not there.
    std::optional<std::uint64_t> size_of(const std::string& name) const;
    /// At most limit bytes. Nothing: it is not there.
    std::optional<std::string> read_first(const std::string& name, std::size_t limit) const;
    std::optional<std::string> read_last(const std::string& name, std::size_t limit) const;
    /// All of it; Error when that is more than limit.
    std::optional<std::string> read(const std::string& name, std::size_t limit) const;

    /// In place of what is there.
    void write(const std::string& name, std::string_view content) const;
    /// From offset on; the file ends where the bytes end.
    void write_end(const std::string& name, std::uint64_t offset, std::string_view bytes) const;
    void replace(const std::string& name, std::string_view content) const;
    /// The same, durable.
    void replace_durably(const std::string& name, std::string_view content) const;
    /// False, and nothing done, when that is its content already.
    bool replace_if_other(const std::string& name, std::string_view content) const;
    void remove(const std::string& name) const; ///< if it is there
    /// What replace() has left when it was ended.
    void clean_up() const;
    /// Everything on the file system.
    void sync() const;

private:
    Fd open_to_read(const std::string& name) const;
    Fd open_to_write(const std::string& name, int flags) const;
    void make_parents(const std::string& name) const;
    void put(const std::string& name, std::string_view content, bool durably) const;
    std::string full(const std::string& name) const;

    std::string path_;
    Fd fd_;
};

} // namespace mn::archive
