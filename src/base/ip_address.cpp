#include "base/ip_address.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <arpa/inet.h>

namespace mn
{
namespace
{

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr char digits[] = "0123456789abcdef";

} // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes)
{
    IpAddress address;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    return address;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> bytes)
{
    if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin()))
        return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
    IpAddress address;
    address.bytes_ = bytes;
    address.is_v4_ = false;
    return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    // inet_pton would stop at a NUL byte and take what stands before it.
    if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    const std::string terminated(text);
    std::array<std::uint8_t, 4> short_form{};
    if (::inet_pton(AF_INET, terminated.c_str(), short_form.data()) == 1) return v4(short_form);
    std::array<std::uint8_t, 16> long_form{};
    if (::inet_pton(AF_INET6, terminated.c_str(), long_form.data()) == 1) return v6(long_form);
    return std::nullopt;
}

bool IpAddress::is_loopback() const
{
    if (is_v4_) return bytes_[0] == 127;
    std::array<std::uint8_t, 16> one{};
    one[15] = 1;
    return bytes_ == one;
}

bool IpAddress::is_within(const IpAddress& network, unsigned bits) const
{
    if (is_v4_ != network.is_v4_ || bits > (is_v4_ ? 32U : 128U)) return false;
    const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
    if (!std::equal(bytes_.begin(), bytes_.begin() + whole, network.bytes_.begin())) return false;
    if (bits % 8 == 0) return true;
    const unsigned differing = bytes_[bits / 8] ^ network.bytes_[bits / 8];
    return differing >> (8 - bits % 8) == 0;
}

std::string IpAddress::text() const
{
    char buffer[INET6_ADDRSTRLEN];
    ::inet_ntop(is_v4_ ? AF_INET : AF_INET6, bytes_.data(), buffer, sizeof buffer);
    return buffer;
}

std::string IpAddress::reverse_name() const
{
    std::string name;
    if (is_v4_) {
        for (std::size_t i = 4; i-- > 0;)
            name.append(std::to_string(bytes_[i])).append(".");
        return name.append("in-addr.arpa"); // [RFC1035 3.5]
    }
    for (std::size_t i = 16; i-- > 0;) {
        name.append(1, digits[bytes_[i] & 0xf]).append(".");
        name.append(1, digits[bytes_[i] >> 4]).append(".");
    }
    return name.append("ip6.arpa"); // [RFC3596 2.5]
}

} // namespace mn
