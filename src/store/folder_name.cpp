#include "store/folder_name.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace mn::store
{
namespace
{

constexpr std::size_t max_directory_name = 200;
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Collects UTF-16 units of one shifted section and writes them as base64.
class ShiftedSection
{
public:
    void add(char32_t character)
    {
        if (character < 0x10000) return add_unit(static_cast<unsigned>(character));
        const unsigned rest = static_cast<unsigned>(character) - 0x10000;
        add_unit(0xd800 + (rest >> 10));
        add_unit(0xdc00 + (rest & 0x3ff));
    }

    /// "&…-", or nothing when there was nothing; empty afterwards.
    std::string take()
    {
        if (digits_.empty() && pending_bits_ == 0) return {};
        if (pending_bits_ > 0) digits_ += base64_digits[(bits_ << (6 - pending_bits_)) & 0x3f];
        std::string section = cat("&", digits_, "-");
        *this = ShiftedSection();
        return section;
    }

private:
    void add_unit(unsigned unit)
    {
        bits_ = (bits_ << 16) | unit;
        for (pending_bits_ += 16; pending_bits_ >= 6; pending_bits_ -= 6)
            digits_ += base64_digits[(bits_ >> (pending_bits_ - 6)) & 0x3f];
    }

    std::string digits_;
    std::uint32_t bits_ = 0;
    unsigned pending_bits_ = 0;
};

/// Modified UTF-7 of valid UTF-8. [RFC3501 5.1.3]
std::optional<std::string> modified_utf7(std::string_view name)
{
    std::string encoded;
    ShiftedSection section;
    while (!name.empty()) {
        const std::size_t length = utf8::length(name);
        if (length == 0) return std::nullopt;
        if (length == 1) {
            encoded.append(section.take()).append(name.substr(0, 1));
            if (name.front() == '&') encoded.append("-");
        } else {
            section.add(utf8::decode(name.substr(0, length)));
        }
        name.remove_prefix(length);
    }
    return encoded.append(section.take());
}

} // namespace

std::optional<std::string> folder_directory(std::string_view name)
{
    std::string dotted(name);
    std::replace(dotted.begin(), dotted.end(), '/', '.');
    const auto levels = split(dotted, '.');
    const auto is_empty = [](std::string_view level) { return level.empty(); };
    if (std::any_of(levels.begin(), levels.end(), is_empty)) return std::nullopt;
    if (std::any_of(name.begin(), name.end(), is_control)) return std::nullopt;
    const auto encoded = modified_utf7(dotted);
    if (!encoded || encoded->size() >= max_directory_name) return std::nullopt;
    return cat(".", *encoded);
}

} // namespace mn::store
