// A password in memory: in one place, never copied, wiped at the end.
//
//   Secret password;
//   cli::ask_password("Password: ", password);
//   use(password.text());
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace mn
{

/// Room for a fixed number of bytes, so that no reallocation leaves a copy behind.
class Secret
{
public:
    /// Longer than any password we accept, shorter than crypt(3)'s own limit.
    static constexpr std::size_t capacity = 500;

    Secret() = default;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { clear(); }

    /// False when there is no room; then nothing is added.
    bool append(std::string_view bytes) noexcept
    {
        if (bytes.size() > capacity - size_) return false;
        std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
        size_ += bytes.size();
        return true;
    }

    void drop_last() noexcept
    {
        if (size_ > 0) bytes_[--size_] = '\0';
    }

    void clear() noexcept
    {
        ::explicit_bzero(bytes_.data(), bytes_.size());
        size_ = 0;
    }

    std::string_view text() const noexcept { return {bytes_.data(), size_}; }

    /// With a NUL at the end, for C functions.
    const char* c_str() const noexcept { return bytes_.data(); }

private:
    std::array<char, capacity + 1> bytes_{};
    std::size_t size_ = 0;
};

} // namespace mn
