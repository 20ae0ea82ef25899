// The Authenticated Received Chain, by the public vectors and by our own two hands.
#include "auth/arc.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"
#include "json_value.hpp"
#include "message/header.hpp"
#include "vectors.hpp"

#include <doctest/doctest.h>

using namespace mn;

namespace
{

constexpr std::int64_t now = 1700000000;

std::string crlf(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        if (c == '\n') result.push_back('\r');
        result.push_back(c);
    }
    return result;
}

/// "txt-records" as zone lines. The vectors fold their keys; the DNS does not.
std::string zone_of(const JsonValue& records)
{
    std::string zone;
    for (const auto& [name, record] : records.members) {
        std::string text = record.text;
        std::replace(text.begin(), text.end(), '\n', ' ');
        zone.append(cat(name, " TXT"));
        for (std::string_view rest = text; !rest.empty();
             rest.remove_prefix(std::min<std::size_t>(rest.size(), 200)))
            zone.append(cat(" \"", rest.substr(0, 200), "\""));
        zone.append("\n");
    }
    return zone;
}

arc::Result verify(std::string_view message, dns::Resolver& resolver)
{
    const MessageParts parts = split_message(message);
    arc::Verifier verifier(parts.header, now);
    verifier.prefetch_keys(resolver);
    verifier.body(parts.body);
    return verifier.finish(resolver);
}

void validate(const std::string& name, const JsonValue& test, dns::Resolver& resolver)
{
    // Where the newest seal already says "fail", the vectors leave the answer open.
    const std::string wanted = test["cv"].text.empty() ? "fail" : lower(test["cv"].text);
    for (const std::string& message : {test["message"].text, crlf(test["message"].text)}) {
        const arc::Result result = verify(message, resolver);
        INFO(name << " (" << test["description"].text << "): " << result.reason);
        CHECK(arc::verdict_name(result.verdict) == wanted);
    }
}

/// The Authentication-Results of one server put together.
std::string merged_results(std::string_view header, std::string_view server)
{
    std::string merged;
    for (const HeaderField& field : header_fields(header)) {
        if (!field.is("Authentication-Results")) continue;
        const std::string_view value = trim(field.value);
        if (value.substr(0, value.find(';')) != server) continue;
        merged.append(merged.empty() ? value : value.substr(value.find(';')));
    }
    return merged;
}

std::string squeezed(std::string_view text)
{
    std::string result(text);
    std::erase_if(result, is_space);
    return result;
}

std::string value_of(std::string_view header, std::string_view name)
{
    const auto field = find_field(header, name);
    return field ? squeezed(field->value) : std::string();
}

void seal(const std::string& name, const JsonValue& suite, const JsonValue& test,
          dns::Resolver& resolver)
{
    const std::string& message = test["message"].text;
    const MessageParts parts = split_message(message);
    const arc::Result chain = verify(message, resolver);
    const auto key = crypto::PrivateKey::from_pem(suite["privatekey"].text);
    std::vector<std::string> fields;
    for (const std::string_view field : split(test["sig-headers"].text, ':'))
        fields.emplace_back(field);
    arc::Sealer sealer(parts.header, chain, {&key, suite["domain"].text, suite["sel"].text},
                       static_cast<std::int64_t>(*parse_number(test["t"].text)), fields);
    sealer.body(parts.body);
    const std::string set =
        sealer.finish(merged_results(parts.header, test["srv-id"].text), "\r\n");
    INFO(name << ": " << chain.reason << "\n" << set);
    CHECK(value_of(set, "ARC-Seal") == squeezed(test["AS"].text));
    CHECK(value_of(set, "ARC-Message-Signature") == squeezed(test["AMS"].text));
    CHECK(value_of(set, "ARC-Authentication-Results") == squeezed(test["AAR"].text));
}

} // namespace

TEST_CASE("auth/arc: the public vectors")
{
    const auto files = vector_files("arc", ".json");
    if (files.empty()) MESSAGE("skipped: there are no ARC vectors beside the checkout");
    std::size_t validated = 0;
    std::size_t sealed = 0;
    for (const auto& file : files) {
        const std::string text = contents(file);
        for (const JsonValue& suite : JsonValue::parse(text).items) {
            dns::ZoneResolver resolver(zone_of(suite["txt-records"]));
            for (const auto& [name, test] : suite["tests"].members) {
                const bool is_sealing = !test["AS"].is_null;
                ++(is_sealing ? sealed : validated);
                is_sealing ? seal(name, suite, test, resolver) : validate(name, test, resolver);
            }
        }
    }
    if (!files.empty()) MESSAGE(validated << " validated, " << sealed << " sealed");
}
