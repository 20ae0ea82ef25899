// A fast 64-bit hash to tell messages apart. No defence against someone who looks for collisions.
#pragma once

#include <cstdint>
#include <string_view>

namespace mn
{

/// FNV-1a over everything added so far.
class Hash
{
public:
    void add(std::string_view bytes) noexcept
    {
        for (const char c : bytes) {
            value_ ^= static_cast<unsigned char>(c);
            value_ *= 0x100000001b3;
        }
    }
    std::uint64_t value() const noexcept { return value_; }

private:
    std::uint64_t value_ = 0xcbf29ce484222325;
};

} // namespace mn
