// What Postfix says: the letters of its packets, and their data taken apart. Used by
// milter_session.cpp.
//
//   case MilterCommand::connect: read_client(packet.data, envelope); break;
//
// Whatever is not the protocol throws Error 4.3.0.
#pragma once

#include "mta/milter.hpp"

#include <string>
#include <string_view>

namespace mn::mta
{

enum class MilterCommand : char {
    negotiate = 'O',
    macros = 'D',
    connect = 'C',
    helo = 'H',
    mail = 'M',
    rcpt = 'R',
    field = 'L',
    end_of_header = 'N',
    body_chunk = 'B',
    end_of_message = 'E',
    abort_message = 'A',
    quit = 'Q',
    quit_new_connection = 'K',
};

/// The data of our answer. Throws Error when Postfix offers less than what we need.
std::string answer_negotiation(std::string_view data);

/// Names and values, for the command that follows. Those for MAIL are of a new message: the login
/// and the queue id of the one before are forgotten.
void read_macros(std::string_view data, MilterEnvelope& envelope);

/// Name and address of the client; what is known of another one is forgotten.
void read_client(std::string_view data, MilterEnvelope& envelope);

/// Of MAIL and RCPT, without the brackets Postfix puts around it.
std::string_view read_address(std::string_view data);

/// A field of the header: "Name:value\n", folds with LF.
std::string read_field(std::string_view data);

} // namespace mn::mta
