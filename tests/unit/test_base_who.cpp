#include "base/who.hpp"

#include <doctest/doctest.h>

TEST_CASE("base/who: somebody runs this, on one line")
{
    const std::string who = mn::who_runs_this();
    CHECK_FALSE(who.empty());
    CHECK(who.find_first_of("\n:") == std::string::npos);
    CHECK(mn::who_runs_this() == who);
}
