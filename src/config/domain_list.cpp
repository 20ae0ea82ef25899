#include "config/domain_list.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "message/address.hpp"

#include <algorithm>

namespace mn::config
{
namespace
{

constexpr std::size_t max_file = std::size_t{1} << 20;

} // namespace

DomainList parse_domain_list(std::string_view text, const std::string& file)
{
    DomainList list;
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        const std::string domain = lower(trim(line.substr(0, line.find('#'))));
        if (domain.empty()) continue;
        if (!is_domain(domain))
            list.problems.push_back({Severity::error, file, number,
                                     cat("not a domain: ", printable(domain)),
                                     "write one domain on each line"});
        else if (std::find(list.domains.begin(), list.domains.end(), domain) == list.domains.end())
            list.domains.push_back(domain);
    }
    return list;
}

DomainList read_domain_list(const std::string& path)
{
    return parse_domain_list(read_file(path, max_file), path);
}

} // namespace mn::config
