// A file that is written out of sight and becomes visible in one step.
//
//   ScratchFile file(tmp.get());
//   write_all(file.fd(), bytes, "message");
//   file.sync();
//   file.publish(new_.get(), "name");     // visible now; durable once the directory is synced
//
// Uses O_TMPFILE, so that not even SIGKILL leaves anything behind, and an ordinary name below the
// directory where the file system has no O_TMPFILE (NFS, some FUSE).
#pragma once

#include "base/cleanup.hpp"
#include "base/fd.hpp"

#include <optional>
#include <string>
#include <sys/types.h>

namespace mn
{

class ScratchFile
{
public:
    /// directory: a descriptor on the same file system as the place of publication; it must
    /// outlive this object. The file has mode 0600. Throws Error.
    explicit ScratchFile(int directory);

    int fd() const noexcept { return fd_.get(); }

    /// The content is durable on return. Throws Error; never call it again after that, for the
    /// kernel may have dropped what it could not write.
    void sync();

    enum class Outcome {
        published,
        name_taken, ///< another file has that name; nothing changed
    };

    /// Give the file a name in a directory. A file system that did it and says it failed, as NFS
    /// may, is recognised. Throws Error; then the name does not exist.
    Outcome publish(int directory, const std::string& name);

private:
    void become_named();
    int link_to(int directory, const std::string& name) const;
    bool is_at(int directory, const std::string& name) const;

    int directory_;
    Fd fd_;
    std::optional<cleanup::TemporaryName> temporary_; ///< empty while the file has no name
    dev_t device_ = 0; ///< with inode_, which file it is; known once a file with a name is synced
    ino_t inode_ = 0;
};

} // namespace mn
