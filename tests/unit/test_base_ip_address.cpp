#include "base/ip_address.hpp"

#include <doctest/doctest.h>

using mn::IpAddress;

TEST_CASE("base/ip_address: text in, text out")
{
    for (const char* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "::1"})
        CHECK(IpAddress::parse(text)->text() == text);
    CHECK(IpAddress::parse("2001:DB8:0::1")->text() == "2001:db8::1");
    for (const char* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.04x", "256.1.1.1", "fe80::1%eth0",
                             "IPv6:::1", " 1.2.3.4", "1.2.3.4 ", ":::"})
        CHECK_MESSAGE(!IpAddress::parse(text), text);
    CHECK(!IpAddress::parse(std::string_view("1.2.3.4\0x", 9)));
    CHECK(!IpAddress::parse(std::string(100, '1')));
}

TEST_CASE("base/ip_address: a mapped address is the IPv4 address")
{
    const auto mapped = IpAddress::parse("::FFFF:192.0.2.1");
    REQUIRE(mapped);
    CHECK(mapped->is_v4());
    CHECK(*mapped == *IpAddress::parse("192.0.2.1"));
    CHECK(!IpAddress::parse("::192.0.2.1")->is_v4());
}

TEST_CASE("base/ip_address: within a network")
{
    const auto within = [](const char* address, const char* network, unsigned bits) {
        return IpAddress::parse(address)->is_within(*IpAddress::parse(network), bits);
    };
    CHECK(within("192.0.2.129", "192.0.2.0", 24));
    CHECK(within("192.0.2.129", "192.0.2.128", 25));
    CHECK(!within("192.0.2.127", "192.0.2.128", 25));
    CHECK(within("1.2.3.4", "99.0.0.0", 0));
    CHECK(within("1.2.3.4", "1.2.3.4", 32));
    CHECK(!within("1.2.3.4", "1.2.3.5", 32));
    CHECK(!within("1.2.3.4", "1.2.3.4", 33));
    CHECK(within("2001:db8::ffff", "2001:db8::", 112));
    CHECK(!within("2001:db8::1:0", "2001:db8::", 112));
    CHECK(within("2001:db8::1", "2001:db8::1", 128));
    CHECK(!within("::", "0.0.0.0", 0)); // the families do not mix
}

TEST_CASE("base/ip_address: loopback and reverse names")
{
    CHECK(IpAddress::parse("127.8.9.1")->is_loopback());
    CHECK(IpAddress::parse("::1")->is_loopback());
    CHECK(!IpAddress::parse("::2")->is_loopback());
    CHECK(!IpAddress::parse("1.0.0.127")->is_loopback());
    CHECK(IpAddress::parse("192.0.2.1")->reverse_name() == "1.2.0.192.in-addr.arpa");
    CHECK(IpAddress::parse("2001:db8::cb01")->reverse_name() ==
          "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}
