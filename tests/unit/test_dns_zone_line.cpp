#include "dns/zone.hpp"
#include "dns/zone_line.hpp"

#include <doctest/doctest.h>

using namespace mn;

TEST_CASE("dns/zone_line: names end in a dot, texts are quoted")
{
    CHECK(dns::zone_line("a.example.org", "v=1") == "a.example.org. IN TXT \"v=1\"");
    CHECK(dns::zone_line("a.example.org.", "") == "a.example.org. IN TXT \"\"");
    CHECK(dns::zone_line("a", "x\"y\\z") == "a. IN TXT \"x\\\"y\\\\z\"");
    CHECK(dns::zone_line("a", std::string("\0\n\x7f\xc3 ;", 6)) ==
          "a. IN TXT \"\\000\\010\\127\\195 ;\"");
}

TEST_CASE("dns/zone_line: strings have at most 255 bytes, and joined they are the text")
{
    for (const std::size_t size : {254u, 255u, 256u, 510u, 511u, 3000u}) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i)
            text.push_back(static_cast<char>(i % 7 == 0 ? '"' : 'a' + i % 26));
        const std::string line = dns::zone_line("x.example.org", text);
        const std::size_t strings = (size + 254) / 255;
        std::size_t quotes = 0;
        for (std::size_t i = 0; i < line.size(); ++i)
            if (line[i] == '"' && line[i - 1] != '\\') ++quotes;
        CHECK(quotes == 2 * strings);
        dns::ZoneResolver resolver("x.example.org TXT" +
                                   line.substr(std::string("x.example.org. IN TXT").size()));
        const dns::Answer& answer = resolver.query("x.example.org", dns::Type::txt);
        REQUIRE(answer.texts.size() == 1);
        CHECK(answer.texts[0] == text);
    }
}
