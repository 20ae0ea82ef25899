#include "list/access.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace mn::list;

namespace
{

const std::string header = "Received: from x\n by y\nFrom: Ann <ann@example.net>\n"
                           "Subject: Buy\n this now\nContent-Type: text/html\n";

AccessAction judge(const std::string& rules)
{
    return parse_access(rules).judge(header).action;
}

} // namespace

TEST_CASE("list/access: the first rule that fits decides, deny when none does")
{
    CHECK(judge("allow\n") == AccessAction::allow);
    CHECK(judge("") == AccessAction::deny);
    CHECK(judge("allow ^Subject: nothing\n") == AccessAction::deny);
    CHECK(judge("discard ^Subject:.*buy\nallow\n") == AccessAction::discard);
    CHECK(judge("allow ^from: ann\ndeny ^Subject:.*buy\n") == AccessAction::allow);
    CHECK(judge("moderate ^content-type: text/html\n") == AccessAction::moderate);
    CHECK(judge("send text/(plain|html)$") == AccessAction::send);
    CHECK(parse_access("\nallow ^X:\n\ndeny\n").judge(header).line == 4);
}

TEST_CASE("list/access: ! is for what no field is like")
{
    CHECK(judge("deny !^Content-Type: text/plain\nallow\n") == AccessAction::deny);
    CHECK(judge("deny !^Content-Type: text/html\nallow\n") == AccessAction::allow);
}

TEST_CASE("list/access: a folded field is one line")
{
    CHECK(judge("allow ^Subject: Buy this now$\n") == AccessAction::allow);
    CHECK(judge("allow ^ this\n") == AccessAction::deny);
    CHECK(judge("allow ^.*this\n") == AccessAction::allow);
    CHECK(judge("allow .*now$\n") == AccessAction::allow);
}

TEST_CASE("list/access: a line that is no rule is told and denies")
{
    for (const std::string bad :
         {"perhaps ^x", "allow ([", "allow !", "allow \\1", "allow (a)\\1", "allow a{300}{300}",
          "allow (a{1,200}){1,200}", "allow a++", "allow (a+)*+",
          "allow ((((((((((((x)+)+)+)+)+)+)+)+)+)+)+)+", "Allow", " allow"}) {
        INFO(bad);
        const AccessRules rules = parse_access("deny ^X-None:\n" + bad + "\nallow\n");
        REQUIRE(rules.problems().size() == 1);
        CHECK(rules.problems()[0].line == 2);
        CHECK(rules.judge(header).action == AccessAction::deny);
        CHECK(rules.judge(header).line == 2);
    }
    CHECK(parse_access("allow " + std::string(max_expression + 1, 'x')).problems().size() == 1);
    CHECK(parse_access(std::string("allow x\0y", 9)).problems().size() == 1);
    CHECK(parse_access("allow [*+?]+[]+*]*[[:digit:]+*]\nallow \\*+\\+*\n").problems().empty());
    CHECK(parse_access("allow \\{5\\}\r\nallow a{1,30}\n").problems().empty());
}

TEST_CASE("list/access: hostile headers take little time")
{
    const AccessRules rules = parse_access("deny ^Subject:.*(a|b|ab)*(c|d)*xyz$\n"
                                           "deny (([a-z])+.)+[0-9]([a-z])+$\nallow\n");
    const std::string hostile =
        "Subject: " + std::string(100000, 'a') + "\nX: " + std::string(100000, '\0') + "\n";
    const auto start = std::chrono::steady_clock::now();
    CHECK(rules.judge(hostile).action == AccessAction::allow);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}
