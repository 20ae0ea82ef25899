#include "config/domain_list.hpp"

#include <doctest/doctest.h>

using namespace mn::config;

TEST_CASE("config/domain_list: domains, comments, mistakes")
{
    const DomainList list = parse_domain_list("# whom we trust\n"
                                              "Lists.Example.org  # ours\r\n"
                                              "\n"
                                              "lists.example.org\n"
                                              "not a domain\n"
                                              "other.test",
                                              "sealers");
    CHECK(list.domains == std::vector<std::string>{"lists.example.org", "other.test"});
    REQUIRE(list.problems.size() == 1);
    CHECK(describe(list.problems.front()) ==
          "sealers:5: error: not a domain: not a domain; write one domain on each line");
    CHECK(parse_domain_list("", "x").domains.empty());
}
