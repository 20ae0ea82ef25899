#include "mta/milter_packets.hpp"

#include "base/fd.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>
#include <utility>

namespace mn::mta
{
namespace
{

/// A body chunk has at most 65,535 bytes; a field can be longer.
constexpr std::size_t smallest_packet_limit = 1 << 17;

} // namespace

Error broken_milter_protocol(const std::string& detail)
{
    return Error("4.3.0", "mail system error", cat("milter protocol: ", detail));
}

std::uint32_t read_number(std::string_view bytes)
{
    std::uint32_t value = 0;
    for (const char c : bytes.substr(0, 4))
        value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::string number_bytes(std::uint32_t value)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>(value >> shift & 0xff));
    return bytes;
}

std::string_view take_text(std::string_view& data)
{
    const std::size_t end = data.find('\0');
    if (end == std::string_view::npos) throw broken_milter_protocol("a text without its end");
    const std::string_view text = data.substr(0, end);
    data.remove_prefix(end + 1);
    return text;
}

MilterPackets::MilterPackets(int input, int output, const MilterLimits& limits)
    : input_(input), output_(output), limits_(limits),
      max_packet_(std::max(limits.header_bytes, smallest_packet_limit))
{
}

std::optional<MilterPacket> MilterPackets::next()
{
    if (!fill(5)) return std::nullopt;
    const std::size_t length = read_number(std::string_view(received_).substr(used_));
    if (length == 0 || length > max_packet_)
        throw broken_milter_protocol(cat("a packet of ", std::to_string(length), " bytes"));
    fill(4 + length);
    const MilterPacket packet{received_[used_ + 4],
                              std::string_view(received_).substr(used_ + 5, length - 1)};
    used_ += 4 + length;
    return packet;
}

/// Make this many unused bytes available. False at the end of the input, if that comes before a
/// packet has begun.
bool MilterPackets::fill(std::size_t wanted)
{
    std::array<char, 1 << 16> buffer;
    while (received_.size() - used_ < wanted) {
        received_.erase(0, std::exchange(used_, 0));
        ::alarm(static_cast<unsigned>(limits_.idle.count()));
        const std::size_t count = read_some(input_, buffer, "the connection to Postfix");
        ::alarm(static_cast<unsigned>(limits_.work.count()));
        if (count == 0 && received_.empty()) return false;
        if (count == 0) throw broken_milter_protocol("the connection ends within a packet");
        received_.append(buffer.data(), count);
    }
    return true;
}

void MilterPackets::add(char command, std::string_view data)
{
    unsent_.append(number_bytes(static_cast<std::uint32_t>(data.size() + 1)));
    unsent_.push_back(command);
    unsent_.append(data);
}

void MilterPackets::send()
{
    write_all(output_, unsent_, "the connection to Postfix");
    unsent_.clear();
}

} // namespace mn::mta
