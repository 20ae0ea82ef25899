#include "base/error.hpp"
#include "publish/changes.hpp"
#include "publish/finding.hpp"
#include "publish/record_tags.hpp"

#include <doctest/doctest.h>

using namespace mn::publish;

namespace
{

Finding finding(Grade grade, const std::string& subject, const std::string& text = "so")
{
    return {grade, "x", subject, text, {"there"}, "here", grade == Grade::ok ? "" : "mend it"};
}

/// The subjects of what is told, and the state for the next time.
std::string told_of(std::string& state, const std::vector<Finding>& findings)
{
    const Changes changes = compare(state, findings);
    std::string subjects;
    for (const Finding* changed : changes.changed)
        subjects += changed->subject + " ";
    state = changes.state;
    return subjects;
}

} // namespace

TEST_CASE("publish/finding: a line for people, an object for programs")
{
    CHECK(told(finding(Grade::failure, "a MX"), Form::plain) ==
          "FAIL x: a MX: so; published: there; should be: here; to do: mend it\n");
    CHECK(told(finding(Grade::ok, "a MX"), Form::plain) == "OK x: a MX: so\n");
    CHECK(told(finding(Grade::warning, "a MX"), Form::json) ==
          "{\"result\":\"warn\",\"check\":\"x\",\"subject\":\"a MX\",\"text\":\"so\","
          "\"published\":[\"there\"],\"wanted\":\"here\",\"remedy\":\"mend it\"}\n");
    CHECK(told(finding(Grade::failure, "a MX"), Form::terminal) ==
          "\033[31mFAIL\033[0m  x                  a MX: so\n        published  there\n"
          "        should be  here\n        to do      mend it\n");
}

TEST_CASE("publish/finding: what the DNS says never reaches a terminal raw")
{
    Finding hostile = finding(Grade::failure, "a MX", "\033[2J\n");
    hostile.published = {"\033[31m\r\n"};
    for (const Form form : {Form::plain, Form::json})
        CHECK(told(hostile, form).find_first_of("\033\r") == std::string::npos);
    CHECK(told(hostile, Form::plain).find('\n') == told(hostile, Form::plain).size() - 1);
    CHECK(told(hostile, Form::terminal).find("\033[2J") == std::string::npos);
}

TEST_CASE("publish/changes: new, the same, mended, and not known")
{
    std::string state;
    const std::vector<Finding> good{finding(Grade::ok, "a"), finding(Grade::ok, "b")};
    const std::vector<Finding> bad{finding(Grade::ok, "a"), finding(Grade::failure, "b")};
    const std::vector<Finding> unknown{finding(Grade::ok, "a"), finding(Grade::unknown, "b")};
    CHECK(told_of(state, bad) == "b "); // the first time: what is not OK
    CHECK(told_of(state, bad).empty());
    CHECK(told_of(state, unknown).empty());
    CHECK(told_of(state, bad).empty()); // as before the trouble
    CHECK(told_of(state, unknown).empty());
    CHECK(told_of(state, good) == "b ");
    CHECK(told_of(state, good).empty());
    CHECK(told_of(state, {finding(Grade::ok, "a", "other"), finding(Grade::ok, "b")}) == "a ");
}

TEST_CASE("publish/record_tags: as people write them")
{
    const auto tags = tags_of(" V = DMARC1;; p =none ;x; p=y");
    REQUIRE(tags.size() == 4);
    CHECK(tags[0].name == "v");
    CHECK(tags[0].value == "DMARC1");
    CHECK(value_of(tags, "p") == "none");
    CHECK(tags[2].name == "x");
    CHECK(tags[2].value.empty());
    CHECK(value_of(tags, "q").empty());
    CHECK(tags_of("").empty());
}
