#include "base/upstream.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <array>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace mn
{
namespace
{

/// PF_EXITING of the kernel's task flags: set before a dying process closes its files, hence
/// before we can see the end of our input. Being re-parented comes later, so getppid(2) alone
/// would miss it.
constexpr std::uint64_t exiting_flag = 0x4;

constexpr pid_t orphans_parent = 1;

/// Field 9 of proc(5) stat, counted in words after the ")" that ends the command name.
constexpr std::size_t flags_word = 6;

} // namespace

Upstream::Upstream() : parent_(::getppid())
{
    const std::string path = "/proc/" + std::to_string(parent_) + "/stat";
    stat_ = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

bool Upstream::alive() const
{
    return parent_ != orphans_parent && ::getppid() == parent_ && !is_exiting();
}

void Upstream::require_alive() const
{
    if (!alive())
        throw Error("4.3.0", "mail system stopped in mid-message",
                    "the process that fed us has ended: the message may be truncated");
}

bool Upstream::is_exiting() const
{
    if (!stat_) return false; // a /proc that hides other users' processes: getppid must do
    std::array<char, 1024> buffer{};
    const ssize_t count = ::pread(stat_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return true;
    const std::string_view line(buffer.data(), static_cast<std::size_t>(count));
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string_view::npos) return true;
    const auto words = split_words(line.substr(name_end + 1));
    if (words.size() <= flags_word) return true;
    const auto flags = parse_number(words[flags_word]);
    return !flags || (*flags & exiting_flag) != 0;
}

} // namespace mn
