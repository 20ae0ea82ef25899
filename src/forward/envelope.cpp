#include "forward/envelope.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "message/forward_address.hpp"

namespace mn::forward
{
namespace
{

std::string target_of(const std::string& recipient, const srs::Rewriter& rewriter, std::int64_t now)
{
    if (const auto target = forward_target(recipient)) return target->text();
    const srs::Reversal reversal = rewriter.reverse(recipient, now);
    switch (reversal.outcome) {
    case srs::Outcome::address:
        return reversal.text;
    case srs::Outcome::forged:
        throw Error("5.7.1", "this return address was not made here", printable(recipient));
    case srs::Outcome::expired:
        throw Error("5.1.1", "this return address has expired", printable(recipient));
    case srs::Outcome::malformed:
    case srs::Outcome::not_srs:
        break;
    }
    throw Error("5.1.1", "no such address", printable(recipient));
}

} // namespace

Envelope next_envelope(const Envelope& envelope, const srs::Rewriter& rewriter, std::int64_t now)
{
    return {rewriter.forward(envelope.sender, now), target_of(envelope.recipient, rewriter, now)};
}

} // namespace mn::forward
