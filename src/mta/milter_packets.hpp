// The packets of the milter protocol on two descriptors, and the clock that watches over them.
//
//   MilterPackets packets(STDIN_FILENO, STDOUT_FILENO, limits);
//   while (const auto packet = packets.next()) { … packets.add('a', {}); packets.send(); }
//
// A packet: its length in four bytes, a letter, its data. Texts in it end in NUL, numbers have four
// bytes, the highest first.
#pragma once

#include "base/error.hpp"
#include "mta/milter.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn::mta
{

struct MilterPacket {
    char command;
    std::string_view data; ///< valid until the next packet is read
};

class MilterPackets
{
public:
    MilterPackets(int input, int output, const MilterLimits& limits);

    /// Nothing when Postfix has hung up between two packets. Throws Error when that happens within
    /// one, or when one is bigger than any command can be.
    std::optional<MilterPacket> next();

    /// One more to send.
    void add(char command, std::string_view data);
    void send();

private:
    bool fill(std::size_t wanted);

    int input_;
    int output_;
    MilterLimits limits_;
    std::size_t max_packet_;
    std::string received_;
    std::size_t used_ = 0;
    std::string unsent_;
};

/// The first four bytes. The data must have them.
std::uint32_t read_number(std::string_view data);
std::string number_bytes(std::uint32_t value);

/// The text up to the next NUL, which is cut off with it. Throws Error when there is none.
std::string_view take_text(std::string_view& data);

Error broken_milter_protocol(const std::string& detail);

} // namespace mn::mta
