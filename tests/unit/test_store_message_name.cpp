#include "store/message_name.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::store;

TEST_CASE("store/message_name: a long queue id carries its arrival time")
{
    const auto time = arrival_time("4jXZCT0sf8z9vJm4");
    REQUIRE(time);
    CHECK(time->seconds == 1795364661);
    CHECK(time->microseconds == 123456);
}

TEST_CASE("store/message_name: the smallest and a seven-digit time are read, nonsense is not")
{
    REQUIRE(arrival_time("0000010000z1"));
    CHECK(arrival_time("0000010000z1")->seconds == 1);
    REQUIRE(arrival_time("10000000000z1"));
    CHECK(arrival_time("10000000000z1")->seconds == 19770609664);
    for (const char* id : {"", "z", "A1B2C3D4E5", "00000z1", "000001000z1", "0000010000",
                           "zzzzzzzzzzz1", "0000000zzzyz1", "000001aaaaz1", "100000000000z1"})
        CHECK_FALSE(arrival_time(id));
}

TEST_CASE("store/message_name: queue ids are letters and digits")
{
    CHECK(is_queue_id("4jXZCT0sf8z9vJm4"));
    CHECK(is_queue_id("A1B2C3"));
    CHECK(is_queue_id(std::string(40, 'A')));
    for (const std::string id : {"", "../x", "a b", "a/b", "a.b", "a,b", "a:b", "a\nb"})
        CHECK_FALSE(is_queue_id(id));
    CHECK_FALSE(is_queue_id(std::string(41, 'A')));
}

TEST_CASE("store/message_name: the same message and queue id give the same name")
{
    const MessageFacts facts{.size = 10, .virtual_size = 12, .hash = 0xabc};
    const std::string name = message_name("4jXZCT0sf8z9vJm4", facts);
    CHECK(name == message_name("4jXZCT0sf8z9vJm4", facts));
    CHECK(name.starts_with("1795364661.Q4jXZCT0sf8z9vJm4H0000000000000abc."));
    CHECK(name.ends_with(",S=10,W=12"));
    CHECK(name.find(delivery_mark("4jXZCT0sf8z9vJm4", facts)) != std::string::npos);
    CHECK(name.find('/') == std::string::npos);
    CHECK(name.find(':') == std::string::npos);
}

TEST_CASE("store/message_name: without a queue id no two names are alike")
{
    const MessageFacts facts{.size = 1, .virtual_size = 1, .hash = 1};
    CHECK(message_name("", facts) != message_name("", facts));
}
