// Options that several tools have, with the same words in all of them.
//
//   cli::DnsOptions dns;
//   cli::add_dns_options(tool, dns, 300);
#pragma once

#include "cli/tool.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mn::cli
{

struct DnsOptions {
    std::vector<std::string> nameservers; ///< none: those of resolv.conf
    std::uint64_t timeout = 20;           ///< seconds

    std::chrono::seconds budget() const { return std::chrono::seconds(timeout); }
};

/// --nameserver, and --dns-timeout from 1 to so many seconds.
void add_dns_options(Tool& tool, DnsOptions& options, std::uint64_t longest);

/// --from-pipe: see base/upstream.hpp.
void add_from_pipe(Tool& tool, bool& from_pipe);

} // namespace mn::cli
