// auth/srs: every sender finds its way back, and nothing else does.
#include "fuzz.hpp"

#include "auth/srs.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

using namespace mn;

namespace
{

constexpr std::int64_t now = 1'790'000'000;

std::string forwarded(const srs::Rewriter& rewriter, std::string_view sender)
{
    try {
        return rewriter.forward(sender, now);
    } catch (const Error& error) {
        promise(error.status() == "5.1.7");
        return {};
    }
}

} // namespace

void fuzz(std::string_view input)
{
    const srs::Rewriter ours({"secret"}, "example.org"), other({"other"}, "example.net");
    const std::string bare(input.substr(0, input.find('@')));

    const std::string address = forwarded(ours, input);
    promise(address.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    if (!address.empty() && address != input) {
        const srs::Reversal back = ours.reverse(address, now);
        promise(back.outcome == srs::Outcome::address);
        // Quoting may differ, but then a second time nothing changes.
        const std::string again = forwarded(ours, back.text);
        promise(lower(again) == lower(address) || back.text == again);
        promise(ours.reverse(forwarded(other, address), now).outcome == srs::Outcome::not_srs);
        // What was rewritten twice before us goes back to where it was rewritten first.
        const std::string further = other.reverse(forwarded(other, address), now).text;
        promise(further == address || lower(further) == lower(back.text));
    }
    // libFuzzer looks over our shoulder and learns good hashes, so "forged" cannot be promised
    // here.
    for (const std::string_view domain : {"@example.org", "@example.net"}) {
        const auto guess = ours.reverse(cat(bare, domain), now);
        promise((guess.outcome == srs::Outcome::address) == !guess.text.empty());
        promise(guess.text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
        promise(domain != "@example.net" || guess.outcome == srs::Outcome::not_srs);
    }
}
