// A TCP connection to a service of ours, with an end to all waiting.
//
//   const Connection made = connect_to(address, 25, 10s);
//   if (!made.socket) tell(made.problem);
//
// The socket blocks, and each read or write on it fails after the same time.
#pragma once

#include "base/fd.hpp"
#include "base/ip_address.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace mn::publish
{

struct Connection {
    Fd socket;
    std::string problem;         ///< why there is none, for people
    bool is_our_problem = false; ///< this machine has no way there: says nothing of the service
};

Connection connect_to(const IpAddress& address, std::uint16_t port,
                      std::chrono::milliseconds time_limit);

/// Is there something to read, or the end, within this time?
bool wait_readable(int socket, std::chrono::milliseconds time_limit);

} // namespace mn::publish
