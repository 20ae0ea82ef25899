// SHA-256 of a stream, HMAC, and SHA-1 where names are made of it. [RFC6234]
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mn::crypto
{

using Sha256Value = std::array<std::uint8_t, 32>;

class Sha256
{
public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();

    void update(std::string_view bytes);

    /// The value; call once, last.
    Sha256Value finish();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

Sha256Value sha256(std::string_view bytes);

/// No protection against who wants two texts of one value. [RFC3174]
using Sha1Value = std::array<std::uint8_t, 20>;
Sha1Value sha1(std::string_view bytes);

/// HMAC-SHA-256. [RFC2104 2]
Sha256Value hmac_sha256(std::string_view key, std::string_view bytes);

/// Equal, in a time that does not tell where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

std::string_view bytes_of(const Sha256Value& value);

} // namespace mn::crypto
