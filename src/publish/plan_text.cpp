#include "publish/plan_text.hpp"

#include "base/date.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "dns/zone_line.hpp"

namespace mn::publish
{

std::string zone_head(std::span<const std::string> name_servers, std::string_view domain,
                      std::int64_t now)
{
    std::string text =
        cat("$TTL 3600\n", domain, ". IN SOA ", name_servers.front(), ". hostmaster.", domain, ". ",
            utc(now, "%Y%m%d"), "01 7200 3600 1209600 3600\n");
    for (const std::string& server : name_servers)
        text += cat(domain, ". IN NS ", server, ".\n");
    return text;
}

std::string zone_text(const Record& record)
{
    std::string text = cat("; ", record.why, "\n");
    if (record.data.empty()) return text;
    text += record.is_advice ? "; " : "";
    if (record.type == "TXT")
        text += dns::zone_line(record.name, record.data);
    else
        text += cat(record.name, ". IN ", record.type, " ", record.data);
    return text + "\n";
}

std::string json_text(const Record& record)
{
    Json json;
    if (!record.domain.empty()) json.add("domain", record.domain);
    json.add("name", record.name).add("type", record.type);
    if (!record.data.empty()) json.add("value", record.data);
    return cat(json.add("why", record.why).add("advice", record.is_advice).text(), "\n");
}

} // namespace mn::publish
