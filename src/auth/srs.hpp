// The Sender Rewriting Scheme: an envelope sender of our own domain that leads back to the real
// one.
//
//   const srs::Rewriter rewriter({"newest secret", "older secret"}, "example.org");
//   rewriter.forward("ann@example.net", now)       // SRS0+hhhhhhhh=tt=example.net=ann@example.org
//   rewriter.reverse("SRS0+hhhhhhhh=tt=example.net=ann@example.org", now)
//
// The separator after SRS0 and SRS1 is "+", so that Postfix's recipient_delimiter finds the way
// back. hhhhhhhh: 40 bits of an HMAC, so that nobody else can make such an address; tt: the day.
// Upper and lower case are the same, for not every server on the way keeps them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mn::srs
{

inline constexpr std::int64_t validity_days = 21;

enum class Outcome : std::uint8_t {
    address,   ///< good: the address is in text
    not_srs,   ///< some other address
    malformed, ///< SRS, but not as we or anybody writes it
    forged,    ///< the hash is not ours
    expired,
};

struct Reversal {
    Outcome outcome = Outcome::not_srs;
    std::string text;
};

class Rewriter
{
public:
    /// secrets: the first signs, all verify. domain: ours. Throws Error 4.3.5 when one is empty, or
    /// there is none.
    Rewriter(std::vector<std::string> secrets, std::string domain);

    /// now: seconds since 1970. An empty sender stays empty, one of our domain stays as it is; an
    /// SRS0 or SRS1 address of another host becomes SRS1, however often it was forwarded before.
    /// Throws Error 5.1.7 for what is no address.
    std::string forward(std::string_view sender, std::int64_t now) const;

    Reversal reverse(std::string_view address, std::int64_t now) const;

private:
    std::vector<std::string> secrets_;
    std::string domain_;
};

} // namespace mn::srs
