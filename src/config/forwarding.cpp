#include "config/forwarding.hpp"

#include "base/text.hpp"

namespace mn::config
{
namespace
{

Problem name_taken(const AliasMap& map, const std::string& address, std::string_view by,
                   std::size_t line)
{
    return {Severity::error, map.file().file_name(), line,
            cat("the ", by, " \"", address, "\" has a name that forwarded mail comes back to"),
            "give it another name"};
}

} // namespace

std::vector<std::string> return_addresses(std::string_view domain)
{
    if (domain.empty()) return {};
    return {cat("srs0@", lower(domain)), cat("srs1@", lower(domain))};
}

std::vector<Problem> check_forwarding(const AliasMap& map, std::string_view domain)
{
    std::vector<Problem> problems;
    for (const std::string& address : return_addresses(domain)) {
        const Meaning meaning = map.meaning(split_address(address, {}));
        if (meaning.kind == MeaningKind::account)
            problems.push_back(name_taken(map, address, "account", 0));
        if (meaning.kind != MeaningKind::alias) continue;
        const AliasRow& row = map.rows()[meaning.id];
        if (map.entry(row).kind != AliasKind::catch_all)
            problems.push_back(name_taken(map, address, "alias", map.line(row)));
    }
    return problems;
}

} // namespace mn::config
