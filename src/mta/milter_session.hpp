// One connection of Postfix: which command may come when, and what it means for the message that
// is under way. Used by milter.cpp.
//
//   MilterSession(filter, input, output, limits).run();      // until Postfix hangs up
//
// Throws Error 4.3.0 at the first packet that is not the protocol.
#pragma once

#include "mta/milter.hpp"
#include "mta/milter_commands.hpp"
#include "mta/milter_packets.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn::mta
{

class MilterSession
{
public:
    /// filter: must outlive the object.
    MilterSession(MilterFilter& filter, int input, int output, const MilterLimits& limits)
        : filter_(filter), packets_(input, output, limits), limits_(limits)
    {
    }

    void run();

private:
    enum class Stage : std::uint8_t { negotiation, envelope, header, body };

    bool handle(const MilterPacket& packet);
    bool handle_client(MilterCommand command, std::string_view data);
    void handle_message(MilterCommand command, std::string_view data);
    void begin_message(std::string_view data);
    void add_recipient(std::string_view data);
    void add_field(std::string_view data);
    void end_header();
    void add_body(std::string_view data);
    void end_message(std::string_view last_chunk);
    void give_up_message();
    void forget_message();
    void count(std::size_t bytes);
    static void require(bool condition, MilterCommand command);

    template <typename Step>
    void guarded(Step step);

    MilterFilter& filter_;
    MilterPackets packets_;
    MilterLimits limits_;
    Stage stage_ = Stage::negotiation;
    MilterEnvelope envelope_;
    bool has_message_ = false; ///< from MAIL on
    bool is_shown_ = false;    ///< the filter has seen the header
    std::string header_;
    std::size_t message_bytes_ = 0;
    std::optional<MilterReply> failure_; ///< the answer is known before the end
};

} // namespace mn::mta
