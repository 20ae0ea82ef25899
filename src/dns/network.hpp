// A resolver that asks name servers. The only user of c-ares.
//
//   dns::NetworkResolver resolver({.servers = {"127.0.0.1:5353"}, .budget = 20s});
//   resolver.prefetch("example.org", dns::Type::txt);
//   const dns::Answer& answer = resolver.query("example.org", dns::Type::txt);
//
// Questions go out in parallel, by UDP, and by TCP when the answer was cut off. All waiting between
// two reset()s together takes no longer than budget. Answers are bounded: see the constants below;
// what goes beyond is temporary, like everything that is not a proper answer. It does not validate
// DNSSEC: it believes a server on this machine that says it did.
#pragma once

#include "dns/resolver.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace mn::dns
{

/// Questions between two reset()s. One message cannot ask for more than about half of it.
inline constexpr std::size_t max_questions = 1000;

/// Bytes of one answer, and of all together until reset().
inline constexpr std::size_t max_answer_size = 32 << 10;
inline constexpr std::size_t max_answers_size = 2 << 20;

struct NetworkOptions {
    /// As parse_nameserver() takes them; none: those of /etc/resolv.conf.
    std::vector<std::string> servers;
    /// Longest total wait for all questions together.
    std::chrono::milliseconds budget{20000};
    /// Wait this long before a question is sent again; doubled each time.
    std::chrono::milliseconds query_timeout{2500};
    unsigned attempts = 3;
};

/// "192.0.2.1", "192.0.2.1:5353", "2001:db8::1" or "[2001:db8::1]:5353".
struct Nameserver {
    IpAddress address;
    std::uint16_t port = 53;
};

/// Throws UsageError that says what is wrong.
Nameserver parse_nameserver(const std::string& text);

class NetworkResolver : public Resolver
{
public:
    /// Reads resolv.conf, if at all, here and never again. Throws UsageError for a server that is
    /// none, Error 4.3.0 when there is no memory.
    explicit NetworkResolver(const NetworkOptions& options);
    ~NetworkResolver() override;

    void prefetch(std::string_view name, Type type) override;
    void prefetch_then(std::string_view name, Type type, Continuation continuation) override;
    const Answer& query(std::string_view name, Type type) override;
    std::vector<Lookup> lookups() const override;
    void reset() override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mn::dns
