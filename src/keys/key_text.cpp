#include "keys/key_text.hpp"

#include "auth/dkim_record.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "dns/zone_line.hpp"

namespace mn::keys
{
namespace
{

std::string algorithm_text(const crypto::PrivateKey& key)
{
    const std::string name(crypto::algorithm_name(key.algorithm()));
    return key.algorithm() == crypto::Algorithm::rsa ? cat(name, " ", std::to_string(key.bits()))
                                                     : name;
}

/// How every object about a key begins.
Json key_json(const StoredKey& key)
{
    Json json;
    json.add("domain", key.file.domain)
        .add("selector", key.file.selector)
        .add("state", config::state_name(key.file.state));
    return json;
}

Json& add_algorithm(Json& json, const StoredKey& key)
{
    return json.add("algorithm", crypto::algorithm_name(key.key.algorithm()))
        .add("bits", std::uint64_t{key.key.bits()});
}

std::string_view result_name(const Report& report)
{
    if (config::has_errors(report.problems)) return "problem";
    if (report.is_unknown) return "unknown";
    return report.is_waiting ? "waiting" : "ok";
}

std::string report_json(const StoredKey& key, const Report& report)
{
    std::vector<std::string> texts;
    for (const config::Problem& problem : report.problems)
        texts.push_back(problem.what);
    Json json = key_json(key);
    add_algorithm(json, key).add("result", result_name(report)).add("problems", texts);
    return cat(json.text(), "\n");
}

} // namespace

std::string record_text(const StoredKey& key, Form form)
{
    const std::string record = dkim::key_record(key.key);
    if (form == Form::web) return cat(key.name(), "\n", record, "\n");
    if (form == Form::plain) return cat(dns::zone_line(key.name(), record), "\n");
    Json json = key_json(key);
    json.add("name", key.name()).add("type", "TXT").add("value", record);
    return cat(json.text(), "\n");
}

std::string key_text(const StoredKey& key, Form form)
{
    if (form != Form::json)
        return cat(key.file.domain, "\t", key.file.selector, "\t",
                   config::state_name(key.file.state), "\t", algorithm_text(key.key), "\n");
    Json json = key_json(key);
    add_algorithm(json, key).add("file", key.file.path);
    return cat(json.text(), "\n");
}

std::string problem_text(const config::Problem& problem, Form form)
{
    return cat(form == Form::json ? config::to_json(problem).text() : config::describe(problem),
               "\n");
}

std::string report_text(const StoredKey& key, const Report& report, Form form)
{
    if (form == Form::json) return report_json(key, report);
    std::string text;
    for (const config::Problem& problem : report.problems)
        text += problem_text(problem, form);
    if (report.is_waiting)
        text += cat(key.name(), ": waiting: prepared, not published yet\n");
    else if (report.problems.empty())
        text += cat(key.name(), ": ok: ", algorithm_text(key.key),
                    ", published, and libopendkim accepts what it signs\n");
    return text;
}

} // namespace mn::keys
