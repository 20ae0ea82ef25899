// The answer to a message, as Postfix wants to hear it. Used by milter_session.cpp.
//
//   send_reply(packets, filter.end());
#pragma once

#include "base/error.hpp"
#include "mta/milter.hpp"
#include "mta/milter_packets.hpp"

namespace mn::mta
{

/// The changes of a message that is accepted, then what becomes of it.
void send_reply(MilterPackets& packets, const MilterReply& reply);

/// An Error of the filter is the answer to this message: 5.x.x refuses it, any other puts it off.
MilterReply reply_to(const Error& error);

} // namespace mn::mta
