#include "message/message_key.hpp"

#include <doctest/doctest.h>

using namespace mn;

TEST_CASE("message/message_key: base32 of SHA-1, in lower case")
{
    // printf abc | openssl dgst -sha1 -binary | base32
    CHECK(key_of("abc") == "vgmt4nsha2awvor6evyxqugcnsonbwe5");
    CHECK(key_of("1@x.example") == "gaovjorqiru57ubdoxy7k5zo2pvasx4h");
    CHECK(key_of("") == "3i42h3s6nnfq2msvx7xzkyayscx5qbyj");
    CHECK(page_path(key_of("abc")) == "m/vg/vgmt4nsha2awvor6evyxqugcnsonbwe5.html");
}

TEST_CASE("message/message_key: what is one")
{
    CHECK(is_message_key(key_of("abc")));
    CHECK_FALSE(is_message_key("vgmt4nsha2awvor6evyxqugcnsonbwe"));
    CHECK_FALSE(is_message_key("VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"));
    CHECK_FALSE(is_message_key("../../../../../../../etc/shadow/"));
}

TEST_CASE("message/message_key: the Message-ID of a header")
{
    CHECK(message_id_of("To: x\nMessage-ID: <1@x.example>\n") == "1@x.example");
    CHECK(message_id_of("message-id:\n < 1@x.example >\nMessage-ID: <2@x>\n") == "1@x.example");
    CHECK(message_id_of("Message-ID: 1@x.example\n").empty());
    CHECK(message_id_of("Message-ID: <1@x.example\n").empty());
    CHECK(message_id_of("Message-ID: ><\n").empty());
    CHECK(message_id_of("Message-ID: <a\x01@x>\n").empty());
    CHECK(message_id_of("Message-ID: <" + std::string(999, 'a') + ">\n").empty());
    CHECK(message_id_of("To: x\n").empty());
}
