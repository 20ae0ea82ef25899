// The posts of a list as they lie in archive/.
//
//   const PostFiles posts(list);
//   for (auto number = last + 1; number <= posts.last(); ++number)
//       if (const auto post = posts.read(number)) use(*post);       // nothing: somebody removed it
//
// Throws Error 4.3.x.
#pragma once

#include "base/fd.hpp"
#include "list/list.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mn::archive
{

class PostFiles
{
public:
    explicit PostFiles(const list::List& list);

    /// The number of the last one, as index says; posts after it are not there yet.
    std::uint64_t last() const { return last_; }

    /// Of one that is bigger than max_post the beginning.
    std::optional<std::string> read(std::uint64_t number) const;

    static constexpr std::size_t max_post = std::size_t{64} << 20;

private:
    const list::List& list_;
    std::uint64_t last_;
    Fd directory_; ///< none: no post was ever kept
};

} // namespace mn::archive
