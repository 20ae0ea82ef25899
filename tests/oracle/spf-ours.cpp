// Our verdicts on worlds (see spf-worlds.py) on standard input: lines "NUMBER VERDICT".
#include "auth/spf.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"

#include <cstdio>
#include <iostream>

int main()
{
    std::string line, zone;
    std::vector<std::string> fields;
    while (std::getline(std::cin, line)) {
        if (line.starts_with("world ")) {
            fields.clear();
            for (const auto word : mn::split_words(line))
                fields.emplace_back(word);
            zone.clear();
        } else if (!line.empty()) {
            zone.append(line).append("\n");
        } else {
            mn::dns::ZoneResolver resolver(zone);
            const auto result = mn::spf::check_host({.client = *mn::IpAddress::parse(fields[3]),
                                                     .helo = fields[4],
                                                     .sender = fields.size() > 5 ? fields[5] : "",
                                                     .receiver = {}},
                                                    resolver);
            std::printf("%s %s\n", fields[1].c_str(),
                        std::string(mn::spf::verdict_name(result.verdict)).c_str());
        }
    }
}
