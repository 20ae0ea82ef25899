// Verifying signatures: the public vectors, the examples of the RFCs and cases of our own.
#include "auth/dkim_verify.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"
#include "message/header.hpp"
#include "vectors.hpp"

#include <doctest/doctest.h>

using namespace mn;

namespace
{

/// "# word: value" lines, then key records "name record", an empty line, the message.
struct Case {
    std::string verdicts; ///< "# verdicts:", each signature's, topmost first; empty: all pass
    std::int64_t now = 1700000000;
    std::string zone;
    std::string message;
};

std::string zone_line(std::string_view line)
{
    const std::size_t space = line.find(' ');
    std::string_view record = line.substr(space + 1);
    if (record == "SERVFAIL") return cat(line, "\n");
    std::string result = cat(line.substr(0, space), " TXT");
    for (; !record.empty(); record.remove_prefix(std::min<std::size_t>(record.size(), 200)))
        result.append(cat(" \"", record.substr(0, 200), "\""));
    return result.append("\n");
}

Case read_case(const std::filesystem::path& path)
{
    const std::string text = contents(path);
    Case result;
    std::string_view rest = text;
    while (!rest.starts_with('\n')) {
        const std::size_t end = rest.find('\n');
        REQUIRE(end != std::string_view::npos);
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (line.starts_with("# verdicts: "))
            result.verdicts = line.substr(12);
        else if (line.starts_with("# now: "))
            result.now = static_cast<std::int64_t>(*parse_number(line.substr(7)));
        else if (!line.starts_with('#'))
            result.zone.append(zone_line(line));
    }
    result.message = rest.substr(1);
    return result;
}

std::string crlf(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) result.push_back('\r');
        result.push_back(text[i]);
    }
    return result;
}

std::vector<dkim::Result> verify(std::string_view message, dns::Resolver& resolver,
                                 std::int64_t now)
{
    const MessageParts parts = split_message(message);
    dkim::Verifier verifier(parts.header, now);
    verifier.prefetch_keys(resolver);
    verifier.body(parts.body);
    return verifier.finish(resolver);
}

void check_case(const std::filesystem::path& path)
{
    const Case test = read_case(path);
    for (const std::string& message : {test.message, crlf(test.message)}) {
        dns::ZoneResolver resolver(test.zone);
        std::string verdicts;
        std::string reasons;
        bool all_pass = true;
        for (const dkim::Result& result : verify(message, resolver, test.now)) {
            verdicts.append(cat(verdicts.empty() ? "" : " ", dkim::verdict_name(result.verdict)));
            reasons.append(cat("; ", result.reason));
            all_pass = all_pass && result.verdict == dkim::Verdict::pass;
        }
        INFO(path.filename().string() << ": " << verdicts << reasons);
        if (test.verdicts.empty())
            CHECK((all_pass && !verdicts.empty()));
        else
            CHECK(verdicts == test.verdicts);
        CHECK(resolver.round_trips() <= 1);
    }
}

} // namespace

TEST_CASE("auth/dkim_verify: the public vectors")
{
    const auto files = vector_files("dkim", ".txt");
    if (files.empty()) MESSAGE("skipped: there are no DKIM vectors beside the checkout");
    for (const auto& file : files)
        check_case(file);
}

TEST_CASE("auth/dkim_verify: tests/data/dkim")
{
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(test_data("dkim"))) {
        check_case(entry.path());
        ++count;
    }
    CHECK(count > 0);
}
