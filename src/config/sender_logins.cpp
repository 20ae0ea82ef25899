#include "config/sender_logins.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "message/address.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <unistd.h>
#include <vector>

namespace mn::config
{
namespace
{

constexpr std::size_t max_line = 1 << 20;

/// The entries to look for, the one that counts first.
std::vector<std::string> keys_of(std::string_view address)
{
    const std::string key = lower(address);
    const std::size_t at = key.rfind('@');
    if (at == std::string::npos) return {key};
    const std::string domain = key.substr(at);
    const std::string user = split_detail(std::string_view(key).substr(0, at), '+').user;
    return {key, user + domain, domain};
}

/// Calls use with one line after the other.
void for_each_line(int file, const std::string& path,
                   const std::function<void(std::string_view)>& use)
{
    std::array<char, 65536> buffer;
    std::string line;
    for (off_t position = 0;;) {
        const ssize_t count = ::pread(file, buffer.data(), buffer.size(), position);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "read", path);
        if (count == 0) break;
        position += count;
        std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
        for (std::size_t end = 0; (end = bytes.find('\n')) != std::string_view::npos;
             bytes.remove_prefix(end + 1)) {
            if (line.empty()) {
                use(bytes.substr(0, end));
                continue;
            }
            use(line.append(bytes.substr(0, end)));
            line.clear();
        }
        line.append(bytes);
        if (line.size() > max_line)
            throw Error("4.3.5", "mail system error", cat(path, ": a line is too long"));
    }
    if (!line.empty()) use(line);
}

bool lists(std::string_view logins, std::string_view login)
{
    for (const std::string_view piece : split(logins, ','))
        for (const std::string_view word : split_words(piece))
            if (equal_ignoring_case(word, login)) return true;
    return false;
}

} // namespace

SenderLogins::SenderLogins(const std::string& path)
    : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
{
    if (!file_) throw system_error(errno, "open", path);
}

bool SenderLogins::may_send(std::string_view login, std::string_view address) const
{
    const std::vector<std::string> keys = keys_of(address);
    std::size_t best = keys.size();
    bool may = false;
    for_each_line(file_.get(), path_, [&](std::string_view line) {
        const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
        const auto found = std::find_if(keys.begin(), keys.end(), [&](const std::string& key) {
            return equal_ignoring_case(key, line.substr(0, end));
        });
        const auto rank = static_cast<std::size_t>(found - keys.begin());
        if (rank >= best) return;
        best = rank;
        may = lists(line.substr(end), login);
    });
    return may;
}

} // namespace mn::config
