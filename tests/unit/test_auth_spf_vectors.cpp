// The public SPF test suite, if it is there: every *.json below ../shared/vectors/spf.
#include "auth/spf.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"
#include "vectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

using namespace mn;

namespace
{

std::string decoded(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            result.append(1, static_cast<char>(std::strtol(
                                 std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16)));
            i += 2;
        } else {
            result.append(1, text[i]);
        }
    }
    return result;
}

void run_case(std::string_view line, const std::string& zone)
{
    const auto fields = split(line, '\t');
    REQUIRE(fields.size() == 6);
    const std::string name(fields[0]);
    CAPTURE(name);
    dns::ZoneResolver resolver(zone);
    const auto client = IpAddress::parse(decoded(fields[1]));
    REQUIRE(client);
    const spf::Result result = spf::check_host({.client = *client,
                                                .helo = decoded(fields[2]),
                                                .sender = decoded(fields[3]),
                                                .receiver = {}},
                                               resolver);
    const auto wanted = split(fields[4], ',');
    CAPTURE(fields[4]);
    CAPTURE(result.reason);
    const std::string got(spf::verdict_name(result.verdict));
    CAPTURE(got);
    CHECK(std::find(wanted.begin(), wanted.end(), got) != wanted.end());
    const std::string explanation = decoded(fields[5]);
    if (explanation == "-") return;
    CHECK(result.explanation == (explanation == "DEFAULT" ? "" : explanation));
}

int run_file(const std::string& file)
{
    const auto converter = test_data("../lib/spf-vectors.py");
    const Outcome converted = run_program(
        {.arguments = {converter.string(), file}, .output_limit = std::size_t{16} << 20});
    REQUIRE_MESSAGE(converted.succeeded(), converted.errors);
    std::string zone;
    int cases = 0;
    for (const std::string_view line : split(converted.output, '\n')) {
        if (line.starts_with("scenario ")) zone.clear();
        if (line.starts_with("zone ")) zone.append(line.substr(5)).append("\n");
        if (!line.starts_with("case\t")) continue;
        run_case(line.substr(5), zone);
        ++cases;
    }
    return cases;
}

} // namespace

TEST_CASE("auth/spf: the public test suite")
{
    const auto files = vector_files("spf", ".json");
    if (files.empty()) MESSAGE("skipped: there are no SPF vectors beside the checkout");
    for (const auto& file : files)
        CHECK(run_file(file.string()) > 0);
}
