// DNS messages as bytes: make a question, read the answer to it. [RFC1035 4.1]
//
//   if (!dns::is_askable(name)) return no_such_name;
//   std::string question = dns::make_question(id, name, dns::Type::txt);
//   dns::Answer answer = dns::read_answer(packet, name, dns::Type::txt, is_trusted);
//
// An answer is taken only if it is one to this question; whatever is not well-formed is
// Status::temporary. Time is linear and every count bounded, for any bytes.
#pragma once

#include "dns/resolver.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mn::dns
{

/// More records than this of the type asked for are an answer nobody needs: temporary.
inline constexpr std::size_t max_records = 1000;

/// Aliases followed within one answer.
inline constexpr unsigned max_aliases = 16;

/// Bytes that a server may send by UDP. [RFC6891 6.2.5]
inline constexpr std::uint16_t udp_size = 1232;

/// Lower case, no final dot: how a name is compared and remembered.
std::string canonical_name(std::string_view name);

/// Labels of 1 to 63 bytes, 253 in all: a question can be made of it. [RFC1035 2.3.4]
bool is_askable(std::string_view canonical);

/// A recursive query that asks for the AD bit [RFC6840 5.7], with EDNS. [RFC6891 6.1]
std::string make_question(std::uint16_t id, std::string_view canonical, Type type);

/// is_trusted: the AD bit may be believed.
Answer read_answer(std::string_view packet, std::string_view canonical, Type type, bool is_trusted);

} // namespace mn::dns
