// An IPv4 or IPv6 address: read, write, compare by prefix.
//
//   const auto address = mn::IpAddress::parse("2001:db8::1");
//   if (address && address->is_within(network, 32)) ...
//
// An IPv4 address in IPv6 clothes (::ffff:192.0.2.1) becomes the IPv4 address it is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn
{

class IpAddress
{
public:
    /// Text as inet_pton(3) takes it; "IPv6:" before it, as in SMTP [RFC5321 4.1.3], is not taken.
    static std::optional<IpAddress> parse(std::string_view text);
    static IpAddress v4(std::array<std::uint8_t, 4> bytes);
    /// Sixteen bytes as DNS and sockets have them, the first first.
    static IpAddress v6(std::array<std::uint8_t, 16> bytes);

    bool is_v4() const { return is_v4_; }
    bool is_loopback() const;

    /// The first 4 are an IPv4 address, all 16 an IPv6 one.
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

    /// Same family, and the first `bits` bits are those of network. bits: 0 to 32 or 128.
    bool is_within(const IpAddress& network, unsigned bits) const;

    /// 192.0.2.1 or 2001:db8::1.
    std::string text() const;

    /// The name for a PTR query: 1.2.0.192.in-addr.arpa, …ip6.arpa. [RFC1035 3.5] [RFC3596 2.5]
    std::string reverse_name() const;

    bool operator==(const IpAddress&) const = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
    bool is_v4_ = true;
};

} // namespace mn
