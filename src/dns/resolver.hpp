// Ask the DNS. Two implementations: dns/network.hpp (c-ares) and dns/zone.hpp (a text, for tests).
//
//   resolver.prefetch("example.org", dns::Type::txt);      // starts, does not wait
//   resolver.prefetch("_dmarc.example.org", dns::Type::txt);
//   const dns::Answer& answer = resolver.query("example.org", dns::Type::txt); // waits for it
//
// A resolver remembers every answer for its life, so code asks for what it needs, when it needs it,
// one thing after the other, and is still parallel: whoever knows the names early prefetches them.
// Names: with or without final dot, any case. A name that cannot exist (a label over 63 bytes, an
// empty one) is answered no_such_name without asking anybody.
#pragma once

#include "base/ip_address.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::dns
{

enum class Type : std::uint16_t {
    a = 1,
    ns = 2,
    cname = 5,
    ptr = 12,
    mx = 15,
    txt = 16,
    aaaa = 28,
    srv = 33
};

std::string_view type_name(Type type); ///< "TXT"

enum class Status : std::uint8_t {
    found,        ///< at least one record of the type, aliases (CNAME) followed
    no_such_name, ///< NXDOMAIN
    no_data,      ///< the name exists, without this type
    temporary,    ///< no answer, or none to rely on: ask again later
};

/// Where a service is. [RFC2782]
struct Service {
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    std::uint16_t port = 0;
    std::string target; ///< lower case, no final dot; "": there is no such service

    bool operator==(const Service&) const = default;
};

/// One record of the answer; which member has it follows from the type asked for.
struct Answer {
    Status status = Status::temporary;
    std::vector<std::string> texts;   ///< TXT: the strings of each record joined; any bytes
    std::vector<IpAddress> addresses; ///< A, AAAA
    std::vector<std::string> names;   ///< PTR, CNAME, NS, and MX by rising preference; lower case,
                                      ///< no final dot; "" is the root (a null MX)
    std::vector<Service> services;    ///< SRV, by rising priority
    bool is_authenticated = false;    ///< the server validated it (AD), and is to be trusted
    std::string problem;              ///< temporary: "timed out", "SERVFAIL", …
};

/// What was asked, for people who want to know: in the order of the questions.
struct Lookup {
    std::string name;
    Type type;
    Answer answer;
    std::chrono::milliseconds started{0}; ///< since the resolver was made, or reset()
    std::chrono::milliseconds took{0};
};

class Resolver
{
public:
    /// Called with an answer; may prefetch, must not query or throw.
    using Continuation = std::function<void(const Answer&)>;

    virtual ~Resolver() = default;

    /// Start a query unless it was asked before.
    virtual void prefetch(std::string_view name, Type type) = 0;

    /// The same, and call this when the answer comes in, whatever is being waited for then (at once
    /// if it is there already): for questions that follow from answers. Never called after reset().
    virtual void prefetch_then(std::string_view name, Type type, Continuation continuation) = 0;

    /// The answer, waiting for it if need be; temporary once the time is up. Valid until reset().
    virtual const Answer& query(std::string_view name, Type type) = 0;

    /// Everything asked so far; queries still on their way are there as temporary.
    virtual std::vector<Lookup> lookups() const = 0;

    /// Forget all answers and begin with a new time budget: the next message.
    virtual void reset() = 0;
};

} // namespace mn::dns
