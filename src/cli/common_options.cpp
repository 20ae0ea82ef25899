#include "cli/common_options.hpp"

namespace mn::cli
{

void add_dns_options(Tool& tool, DnsOptions& options, std::uint64_t longest)
{
    tool.list("--nameserver", options.nameservers, "ADDRESS[:PORT]",
              "ask this one instead of those of resolv.conf; may be repeated");
    tool.number("--dns-timeout", options.timeout, "SECONDS",
                "wait no longer than this for all answers together", 1, longest);
}

void add_from_pipe(Tool& tool, bool& from_pipe)
{
    tool.flag("--from-pipe", from_pipe, "refuse if the process that feeds us dies (for pipe(8))");
}

} // namespace mn::cli
