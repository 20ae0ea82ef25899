// auth/spf: two records, an explanation and an envelope from strangers. Whatever they say, the
// number of questions is bounded, and prefetching does not change the verdict.
#include "fuzz.hpp"

#include "auth/spf.hpp"
#include "auth/spf_macro.hpp"
#include "auth/spf_record.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"

namespace
{

/// Any bytes as a quoted string of a zone.
std::string quoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        result.append("\\");
        for (const int digit : {byte / 100, byte / 10 % 10, byte % 10})
            result.append(1, static_cast<char>('0' + digit));
    }
    return result.append("\"");
}

} // namespace

void fuzz(std::string_view input)
{
    const std::string_view first = take_argument(input);
    const std::string_view second = take_argument(input);
    const std::string_view explanation = take_argument(input);
    const std::string_view helo = take_argument(input);
    const std::string sender = mn::cat(take_argument(input), "@a.test");
    const std::string zone =
        mn::cat("a.test TXT ", quoted(first), "\nb.test TXT ", quoted(second), "\nx.test TXT ",
                quoted(explanation), "\na.test A 192.0.2.1\nb.test MX 1 a.test\n",
                "1.2.0.192.in-addr.arpa PTR a.test\nslow.test TIMEOUT\n");
    const mn::spf::Request request{.client = *mn::IpAddress::parse("192.0.2.1"),
                                   .helo = std::string(helo),
                                   .sender = sender,
                                   .receiver = "r.test"};
    mn::dns::ZoneResolver resolver(zone);
    const mn::spf::Result result = mn::spf::check_host(request, resolver);
    promise(resolver.lookups().size() <= 200);
    for (const char c : result.explanation)
        promise(c >= 0x20 && c < 0x7f);
    mn::dns::ZoneResolver ahead(zone);
    mn::spf::prefetch(request, ahead);
    promise(mn::spf::check_host(request, ahead).verdict == result.verdict);
    if (!mn::spf::flaw_of_domain_spec(first)) promise(mn::spf::is_record(first) == false);
}
