// src/message/address.hpp
#include "message/address.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mn;

TEST_CASE("message/address: parse_address splits at the last @ and folds the domain only")
{
    const auto address = parse_address("Bob.X+Tag@Example.TEST");
    REQUIRE(address);
    CHECK(address->local == "Bob.X+Tag");
    CHECK(address->domain == "example.test");
    CHECK(address->text() == "Bob.X+Tag@example.test");
    CHECK(address->key() == "bob.x+tag@example.test");
}

TEST_CASE("message/address: what is no address")
{
    for (const char* text : {"",           "@",         "a",
                             "a@",         "@b",        "a@b@c",
                             "a b@c",      "\"a\"@b",   "a@[127.0.0.1]",
                             "a@b.",       "a@.b",      "a@b..c",
                             ".a@b",       "a.@b",      "a..b@c",
                             "a@-b",       "a@b-",      "a@b_c",
                             "<a@b>",      "a@b\n",     "a\t@b",
                             "\xc3\xa4@b", "a@\xc3\xa4"})
        CHECK_MESSAGE(!parse_address(text), text);
    CHECK(!parse_address(std::string("a\0@b", 4)));
}

TEST_CASE("message/address: lengths")
{
    CHECK(is_local_part(std::string(64, 'a')));
    CHECK(!is_local_part(std::string(65, 'a')));
    CHECK(is_domain(std::string(63, 'a')));
    CHECK(!is_domain(std::string(64, 'a')));
    std::string domain = std::string(63, 'a');
    for (int i = 0; i < 2; ++i)
        domain += "." + std::string(63, 'a');
    CHECK(is_domain(domain + "." + std::string(61, 'a')));
    CHECK(!is_domain(domain + "." + std::string(62, 'a')));
}

TEST_CASE("message/address: every printable character of a local part")
{
    const std::string allowed = "!#$%&'*+-/=?^_`{|}~";
    for (int c = 0x21; c < 0x7f; ++c) {
        const std::string text(1, static_cast<char>(c));
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool is_digit = c >= '0' && c <= '9';
        CHECK_MESSAGE(is_local_part(text) ==
                          (is_letter || is_digit || allowed.find(text) != std::string::npos),
                      text);
    }
}

TEST_CASE("message/address: domains")
{
    for (const char* text : {"localhost", "a.b", "1.2", "x--y.test", "XN--A.test"})
        CHECK_MESSAGE(is_domain(text), text);
    for (const char* text : {"", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "a_b", "a b", "[a]"})
        CHECK_MESSAGE(!is_domain(text), text);
}

TEST_CASE("message/address: account names")
{
    for (const char* text : {"bob", "b.o-b", "_bob", "0bob", "o'bob", "a=b", "a&b"})
        CHECK_MESSAGE(is_account_name(text), text);
    for (const char* text : {"", ".bob", "bob.", "b..b", "-bob", "'bob", "b+b", "b/b", "..", "b b",
                             "b%b", "b!b", "\xc3\xa4"})
        CHECK_MESSAGE(!is_account_name(text), text);
}

TEST_CASE("message/address: details")
{
    const auto user = [](const char* local) { return split_detail(local, '+').user; };
    const auto detail = [](const char* local) { return split_detail(local, '+').detail; };
    CHECK(user("bob") == "bob");
    CHECK(detail("bob") == "");
    CHECK(user("bob+x+y") == "bob");
    CHECK(detail("bob+x+y") == "x+y");
    CHECK(user("+bob") == "+bob");
    CHECK(user("+bob+x") == "+bob");
    CHECK(user("bob+") == "bob");
    CHECK(user("") == "");
    CHECK(user("+") == "+");
}
