#include "auth/srs.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "message/address.hpp"

#include <algorithm>
#include <optional>

namespace mn::srs
{
namespace
{

constexpr std::string_view base32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t hash_length = 8; // 40 bits: too many to try by mail
constexpr std::int64_t seconds_per_day = 86400;
constexpr std::int64_t time_circle = 1024; // days, in two characters

/// Between SRS0 and the hash; ours is the first.
constexpr std::string_view separators = "+=-";

struct Parts {
    std::string local; ///< without quotes
    std::string domain;
};

/// At the last "@", the local part without its quotes [RFC5321 4.1.2]. Nothing when one half is
/// missing, or a byte is there that could break a command.
std::optional<Parts> split_address(std::string_view address)
{
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    Parts parts{std::string(address.substr(0, at)), lower(address.substr(at + 1))};
    if (!is_domain(parts.domain)) return std::nullopt;
    if (std::any_of(parts.local.begin(), parts.local.end(), is_control)) return std::nullopt;
    if (parts.local.size() < 2 || !parts.local.starts_with('"') || !parts.local.ends_with('"'))
        return parts;
    std::string content;
    for (std::size_t i = 1; i + 1 < parts.local.size(); ++i) {
        if (parts.local[i] == '\\' && i + 2 < parts.local.size()) ++i;
        content.push_back(parts.local[i]);
    }
    if (content.empty()) return std::nullopt;
    parts.local = std::move(content);
    return parts;
}

/// May stand in an address without quotes; of any length, for ours get long.
bool is_dot_atom(std::string_view local)
{
    return !local.starts_with('.') && !local.ends_with('.') &&
           local.find("..") == std::string_view::npos &&
           std::all_of(local.begin(), local.end(),
                       [](char c) { return c == '.' || is_local_part(std::string_view(&c, 1)); });
}

std::string join_address(std::string_view local, std::string_view domain)
{
    if (is_dot_atom(local)) return cat(local, "@", domain);
    std::string quoted;
    for (const char c : local) {
        if (c == '"' || c == '\\') quoted.push_back('\\');
        quoted.push_back(c);
    }
    return cat("\"", quoted, "\"@", domain);
}

/// What follows "SRS0" or "SRS1", from the separator on.
std::optional<std::string_view> after_tag(std::string_view local, std::string_view tag)
{
    if (local.size() <= tag.size() || !equal_ignoring_case(local.substr(0, tag.size()), tag))
        return std::nullopt;
    local.remove_prefix(tag.size());
    if (separators.find(local.front()) == std::string_view::npos) return std::nullopt;
    return local;
}

/// The text before the next "=", which is cut off with it.
std::optional<std::string_view> take_field(std::string_view& text)
{
    const std::size_t end = text.find('=');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(end + 1);
    return field;
}

/// Mail servers on the way may change the case of letters, so it does not count.
std::string hash_of(std::string_view secret, std::string_view tag, std::string_view signed_text)
{
    const auto value = crypto::hmac_sha256(secret, lower(cat(tag, "=", signed_text)));
    std::string hash;
    unsigned bits = 0, count = 0;
    for (const std::uint8_t byte : value) {
        bits = (bits << 8 | byte) & 0xffff;
        for (count += 8; count >= 5 && hash.size() < hash_length; count -= 5)
            hash.push_back(base32[bits >> (count - 5) & 31]);
    }
    return hash;
}

std::string time_stamp(std::int64_t now)
{
    const auto day = static_cast<std::size_t>(now / seconds_per_day % time_circle);
    return {base32[day / 32], base32[day % 32]};
}

/// Days since then; nothing when it is no time stamp. A day in the future is today: clocks differ.
std::optional<std::int64_t> age_in_days(std::string_view stamp, std::int64_t now)
{
    if (stamp.size() != 2) return std::nullopt;
    const std::string text = lower(stamp);
    const std::size_t high = base32.find(text[0]), low = base32.find(text[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    const auto day = static_cast<std::int64_t>(high * 32 + low);
    const std::int64_t age =
        (now / seconds_per_day % time_circle - day + time_circle) % time_circle;
    return age == time_circle - 1 ? 0 : age;
}

bool is_genuine(const std::vector<std::string>& secrets, std::string_view hash,
                std::string_view tag, std::string_view signed_text)
{
    return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
        return crypto::equal_in_constant_time(lower(hash), hash_of(secret, tag, signed_text));
    });
}

/// The two halves of "SRS1+hash=host=rest": where the address was first rewritten, and what it was
/// called there, from the separator on.
struct FirstHost {
    std::string_view hash;
    std::string_view signed_text; ///< "host=rest"
    std::string_view host;
    std::string_view rest;
};

std::optional<FirstHost> parse_srs1(std::string_view text)
{
    text.remove_prefix(1);
    const auto hash = take_field(text);
    const std::string_view signed_text = text;
    const auto host = take_field(text);
    if (!hash || !host || !is_domain(*host) || text.size() < 2 ||
        separators.find(text.front()) == std::string_view::npos)
        return std::nullopt;
    return FirstHost{*hash, signed_text, *host, text};
}

Reversal reverse_srs1(const std::vector<std::string>& secrets, std::string_view text)
{
    const auto first = parse_srs1(text);
    if (!first) return {Outcome::malformed, {}};
    if (!is_genuine(secrets, first->hash, "srs1", first->signed_text)) return {Outcome::forged, {}};
    return {Outcome::address, join_address(cat("SRS0", first->rest), lower(first->host))};
}

Reversal reverse_srs0(const std::vector<std::string>& secrets, std::string_view text,
                      std::int64_t now)
{
    text.remove_prefix(1);
    const auto hash = take_field(text);
    const std::string_view signed_text = text;
    const auto stamp = take_field(text);
    const auto domain = take_field(text);
    if (!hash || !stamp || !domain || !is_domain(*domain) || text.empty())
        return {Outcome::malformed, {}};
    const auto age = age_in_days(*stamp, now);
    if (!age) return {Outcome::malformed, {}};
    if (!is_genuine(secrets, *hash, "srs0", signed_text)) return {Outcome::forged, {}};
    if (*age > validity_days) return {Outcome::expired, {}};
    return {Outcome::address, join_address(text, lower(*domain))};
}

} // namespace

Rewriter::Rewriter(std::vector<std::string> secrets, std::string domain)
    : secrets_(std::move(secrets)), domain_(lower(domain))
{
    if (secrets_.empty() ||
        std::any_of(secrets_.begin(), secrets_.end(), [](const auto& s) { return s.empty(); }))
        throw Error("4.3.5", "mail system configuration error", "there is an empty SRS secret");
}

std::string Rewriter::forward(std::string_view sender, std::int64_t now) const
{
    if (sender.empty()) return {};
    const auto parts = split_address(sender);
    if (!parts) throw Error("5.1.7", "bad sender address syntax", printable(sender));
    if (parts->domain == domain_) return std::string(sender);

    const auto srs1 = after_tag(parts->local, "SRS1");
    const auto first = srs1 ? parse_srs1(*srs1) : std::nullopt;
    const auto srs0 = after_tag(parts->local, "SRS0");
    // "SRS0+" with nothing behind it is somebody's name.
    if (first || (srs0 && srs0->size() > 1)) {
        const std::string text =
            first ? std::string(first->signed_text) : cat(parts->domain, "=", *srs0);
        return join_address(cat("SRS1+", hash_of(secrets_.front(), "srs1", text), "=", text),
                            domain_);
    }
    const std::string text = cat(time_stamp(now), "=", parts->domain, "=", parts->local);
    return join_address(cat("SRS0+", hash_of(secrets_.front(), "srs0", text), "=", text), domain_);
}

Reversal Rewriter::reverse(std::string_view address, std::int64_t now) const
{
    const auto parts = split_address(address);
    if (!parts || parts->domain != domain_) return {Outcome::not_srs, {}};
    if (const auto text = after_tag(parts->local, "SRS0"))
        return reverse_srs0(secrets_, *text, now);
    if (const auto text = after_tag(parts->local, "SRS1")) return reverse_srs1(secrets_, *text);
    return {Outcome::not_srs, {}};
}

} // namespace mn::srs
