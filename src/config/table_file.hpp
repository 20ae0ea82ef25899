// A generated table that is replaced in one step, and left alone when it would be the same.
//
//   TableFile table("/run/mailnode/tables/senders", 0644);
//   table.write("a b\n");
//   table.commit();
//
// As long as what is written equals the old file, nothing is created; so an unchanged table keeps
// its time stamp and nothing has to be held in memory.
#pragma once

#include "base/fd.hpp"
#include "base/file.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace mn::config
{

class TableFile
{
public:
    TableFile(std::string path, mode_t mode);

    void write(std::string_view bytes);

    /// Returns false if the file was the same already. Throws Error.
    bool commit();

private:
    void compare(std::string_view bytes);
    void pass_on();
    void begin_replacement();

    std::string path_;
    mode_t mode_;
    Fd old_;                ///< the old file, read as far as it is the same
    std::size_t same_ = 0;  ///< so many bytes
    std::string pending_;   ///< collected, neither compared nor passed on yet
    std::string old_bytes_; ///< room to read the old file
    std::unique_ptr<ReplacementFile> replacement_;
};

} // namespace mn::config
