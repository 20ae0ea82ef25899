#include "message/header.hpp"
#include "message/header_buffer.hpp"

#include <doctest/doctest.h>

using namespace mn;

TEST_CASE("message/header_buffer: the same header in whatever pieces")
{
    for (const std::string message : {"A: b\nC: d\n\nbody\n\nmore", "A: b\r\n c\r\n\r\nbody",
                                      "\nbody", "\r\n", "A: b\n\r\n", "A: b\n\r\r\n\nx"}) {
        for (std::size_t size = 1; size <= message.size(); ++size) {
            HeaderBuffer buffer(1000);
            for (std::size_t at = 0; at < message.size() && buffer.wants_more(); at += size)
                buffer.add(std::string_view(message).substr(at, size));
            CHECK_FALSE(buffer.wants_more());
            CHECK(buffer.header() == split_message(message).header);
            CHECK(message.starts_with(buffer.bytes()));
        }
    }
}

TEST_CASE("message/header_buffer: a header without end")
{
    HeaderBuffer buffer(10);
    buffer.add("A: b\nC: ");
    CHECK(buffer.wants_more());
    CHECK(buffer.header() == "A: b\n");
    buffer.add("d\nE");
    CHECK_FALSE(buffer.wants_more());
    CHECK(buffer.header() == "A: b\nC: d\n");
    CHECK(HeaderBuffer(10).header() == "");
}
