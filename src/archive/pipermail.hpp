// Where messages were in an archive of Pipermail (Mailman 2), and where they are in ours.
//
//   PipermailNames names;
//   names.add(message);                  // in the order of its mbox
//   write(names.map());                  // "2006-March/000000.html m/ab/KEY.html;" …
//
// Pipermail numbers what it gets, and has a directory for each month of the Date.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace mn::archive
{

class PipermailNames
{
public:
    void add(std::string_view message);

    const std::string& map() const { return map_; }

private:
    std::string map_;
    std::uint64_t next_ = 0;
    std::map<std::string, std::uint64_t> known_; ///< how many have this key
};

} // namespace mn::archive
