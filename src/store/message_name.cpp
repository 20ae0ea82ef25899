#include "store/message_name.hpp"

#include "base/random.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace mn::store
{
namespace
{

// How Postfix writes a long queue id: seconds (six digits or more) and microseconds (four) in
// base 52, then "z", then the inode in base 51, where "z" is no digit.
constexpr std::string_view base52_digits = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
constexpr std::size_t microsecond_digits = 4;
constexpr std::size_t min_second_digits = 6;
constexpr std::size_t max_second_digits = 7;

constexpr std::size_t max_queue_id = 40;

std::optional<std::int64_t> base52(std::string_view text)
{
    std::int64_t value = 0;
    for (const char c : text) {
        const std::size_t digit = base52_digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        value = value * 52 + static_cast<std::int64_t>(digit);
    }
    return value;
}

/// The host name without anything that means something in a Maildir name.
std::string host_name()
{
    std::array<char, 256> buffer{};
    if (::gethostname(buffer.data(), buffer.size() - 1) != 0) return "localhost";
    std::string name = buffer.data();
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    };
    std::replace_if(
        name.begin(), name.end(), [&](char c) { return !is_plain(c); }, '_');
    return name.empty() ? "localhost" : name;
}

std::string name_at(Moment time, std::string_view unique, const MessageFacts& facts)
{
    return cat(std::to_string(time.seconds), ".", unique, ".", host_name(),
               ",S=", std::to_string(facts.size), ",W=", std::to_string(facts.virtual_size));
}

} // namespace

bool is_queue_id(std::string_view text)
{
    return !text.empty() && text.size() <= max_queue_id &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

std::optional<Moment> arrival_time(std::string_view queue_id)
{
    const std::size_t separator = queue_id.rfind('z');
    if (separator == std::string_view::npos || separator < min_second_digits + microsecond_digits ||
        separator > max_second_digits + microsecond_digits)
        return std::nullopt;
    const std::size_t second_digits = separator - microsecond_digits;
    const auto seconds = base52(queue_id.substr(0, second_digits));
    const auto microseconds = base52(queue_id.substr(second_digits, microsecond_digits));
    if (!seconds || !microseconds || *microseconds > 999999) return std::nullopt;
    return Moment{*seconds, *microseconds};
}

std::string delivery_mark(std::string_view queue_id, const MessageFacts& facts)
{
    return cat("Q", queue_id, "H", hex(facts.hash));
}

std::string message_name(std::string_view queue_id, const MessageFacts& facts)
{
    const Moment time = now();
    if (!queue_id.empty())
        return name_at(arrival_time(queue_id).value_or(time), delivery_mark(queue_id, facts),
                       facts);
    const std::string unique = cat("M", std::to_string(time.microseconds), "P",
                                   std::to_string(::getpid()), "R", hex(random_bits()));
    return name_at(time, unique, facts);
}

} // namespace mn::store
