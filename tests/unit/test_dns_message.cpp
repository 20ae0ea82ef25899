#include "dns/message.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::dns;
using namespace std::string_literals;

namespace
{

std::string word(unsigned value)
{
    return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

/// The name at offset 12 of every packet here: example.test.
const std::string question_name = "\7example\4test\0"s;

std::string record(const std::string& name, Type type, const std::string& data, unsigned in = 1)
{
    return name + word(static_cast<unsigned>(type)) + word(in) + "\0\0\0\74"s +
           word(static_cast<unsigned>(data.size())) + data;
}

const std::string same = "\xc0\x0c"; ///< pointer to the question's name

std::string packet(Type type, const std::vector<std::string>& records, unsigned flags = 0x8180)
{
    std::string bytes = word(7) + word(flags) + word(1) +
                        word(static_cast<unsigned>(records.size())) + word(0) + word(0) +
                        question_name + word(static_cast<unsigned>(type)) + word(1);
    for (const std::string& text : records)
        bytes += text;
    return bytes;
}

Answer read(const std::string& bytes, Type type)
{
    return read_answer(bytes, "example.test", type, true);
}

} // namespace

TEST_CASE("dns/message: what can be asked for")
{
    CHECK(is_askable("a"));
    CHECK(is_askable("a.b"));
    CHECK(is_askable(std::string(63, 'a') + ".b"));
    CHECK(!is_askable(std::string(64, 'a') + ".b"));
    CHECK(!is_askable(""));
    CHECK(!is_askable("a..b"));
    CHECK(!is_askable(".a"));
    std::string longest;
    for (int i = 0; i < 4; ++i)
        longest += std::string(62, 'a') + ".";
    CHECK(is_askable(longest + "a"));
    CHECK(!is_askable(longest + "aa"));
    CHECK(canonical_name("Example.TEST.") == "example.test");
}

TEST_CASE("dns/message: a question")
{
    CHECK(make_question(0x1234, "a.test", Type::txt) ==
          "\x12\x34\x01\x20\0\1\0\0\0\0\0\1\1a\4test\0\0\x10\0\1\0\0\x29\x04\xd0\0\0\0\0\0\0"s);
}

TEST_CASE("dns/message: records of every type")
{
    const Answer txt = read(
        packet(Type::txt, {record(same, Type::txt, "\3abc\0\2\0d"s), record(same, Type::txt, "")}),
        Type::txt);
    CHECK(txt.status == Status::found);
    CHECK(txt.texts == std::vector<std::string>{"abc\0d"s, ""});
    CHECK(!txt.is_authenticated);
    const Answer a = read(packet(Type::a, {record(same, Type::a, "\1\2\3\4")}), Type::a);
    REQUIRE(a.addresses.size() == 1);
    CHECK(a.addresses.front().text() == "1.2.3.4");
    const Answer aaaa = read(
        packet(Type::aaaa, {record(same, Type::aaaa, "\x20\1"s + std::string(13, '\0') + "\1")}),
        Type::aaaa);
    CHECK(aaaa.addresses.at(0).text() == "2001::1");
    const Answer mx = read(packet(Type::mx, {record(same, Type::mx, "\0\x14\1B\xc0\x0c"s),
                                             record(same, Type::mx, "\0\x0a\1C\xc0\x0c"s),
                                             record(same, Type::mx, "\0\0\0"s)}),
                           Type::mx);
    CHECK(mx.names == std::vector<std::string>{"", "c.example.test", "b.example.test"});
    const Answer ptr = read(packet(Type::ptr, {record(same, Type::ptr, "\3a.b\0"s)}), Type::ptr);
    CHECK(ptr.names.at(0) == "a\\.b"); // one label, never to be taken for two
}

TEST_CASE("dns/message: nothing there")
{
    CHECK(read(packet(Type::txt, {}), Type::txt).status == Status::no_data);
    CHECK(read(packet(Type::txt, {}, 0x8183), Type::txt).status == Status::no_such_name);
    CHECK(read(packet(Type::txt, {record(same, Type::a, "\1\2\3\4")}), Type::txt).status ==
          Status::no_data);
    // Records of other names are none of our business.
    CHECK(read(packet(Type::a, {record("\1x\0"s, Type::a, "\1\2\3\4")}), Type::a).status ==
          Status::no_data);
    // Other classes too.
    CHECK(read(packet(Type::a, {record(same, Type::a, "\1\2\3\4", 3)}), Type::a).status ==
          Status::no_data);
}

TEST_CASE("dns/message: aliases are followed, in any order")
{
    const std::string to_x = record(same, Type::cname, "\1x\0"s);
    const std::string x_to_y = record("\1X\0"s, Type::cname, "\1y\0"s);
    const std::string y = record("\1y\0"s, Type::a, "\1\2\3\4");
    CHECK(read(packet(Type::a, {y, x_to_y, to_x}), Type::a).addresses.size() == 1);
    CHECK(read(packet(Type::a, {to_x, y}), Type::a).status == Status::no_data);
    CHECK(read(packet(Type::a, {to_x, x_to_y}, 0x8183), Type::a).status == Status::no_such_name);
    const std::string loop = record("\1x\0"s, Type::cname, same);
    CHECK(read(packet(Type::a, {to_x, loop}), Type::a).status == Status::temporary);
    CHECK(read(packet(Type::cname, {to_x}), Type::cname).names == std::vector<std::string>{"x"});
}

TEST_CASE("dns/message: the AD bit counts only from whom we trust")
{
    const std::string bytes = packet(Type::a, {record(same, Type::a, "\1\2\3\4")}, 0x81a0);
    CHECK(read_answer(bytes, "example.test", Type::a, true).is_authenticated);
    CHECK(!read_answer(bytes, "example.test", Type::a, false).is_authenticated);
}

TEST_CASE("dns/message: what is no proper answer is temporary")
{
    const auto problem = [](const std::string& bytes) {
        const Answer answer = read(bytes, Type::a);
        CHECK(answer.status == Status::temporary);
        return answer.problem;
    };
    CHECK(problem(packet(Type::a, {}, 0x8182)) == "SERVFAIL");
    CHECK(problem(packet(Type::a, {}, 0x8185)) == "REFUSED");
    CHECK(problem(packet(Type::a, {}, 0x818a)) == "RCODE 10");
    CHECK(problem(packet(Type::a, {}, 0x0180)) == "not an answer");
    CHECK(problem(packet(Type::a, {}, 0x8380)) == "answer cut off");
    CHECK(problem(packet(Type::txt, {})) == "answer to another question");
    CHECK(problem("") == "malformed answer");
    CHECK(problem(packet(Type::a, {record(same, Type::a, "\1\2\3")})) == "malformed answer");
    CHECK(problem(packet(Type::a, {record("\xc0\xff", Type::a, "\1\2\3\4")})) ==
          "malformed answer");
    const std::string good = packet(Type::a, {record(same, Type::a, "\1\2\3\4")});
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK(read(good.substr(0, size), Type::a).status == Status::temporary);
    const std::string text = packet(Type::txt, {record(same, Type::txt, "\5abc")});
    CHECK(read(text, Type::txt).status == Status::temporary);
}

TEST_CASE("dns/message: a packet full of pointers costs little")
{
    // A name that points to itself, and two that point to each other.
    for (const char* name : {"\xc0\x1e", "\xc0\x20\xc0\x1e", "\1a\xc0\x1e"})
        CHECK(read(packet(Type::a, {record(name, Type::a, "\1\2\3\4")}), Type::a).status ==
              Status::temporary);
    std::vector<std::string> records(4000, record(same, Type::cname, same));
    CHECK(read(packet(Type::a, records), Type::a).status == Status::temporary);
    records.assign(2000, record(same, Type::a, "\1\2\3\4"));
    CHECK(read(packet(Type::a, records), Type::a).status == Status::temporary);
}

TEST_CASE("dns/message: services, by priority")
{
    const Answer srv = read(packet(Type::srv, {record(same, Type::srv, "\0\x14\0\1\3\xe1\1B\0"s),
                                               record(same, Type::srv, "\0\x0a\0\2\1\xd1\0"s)}),
                            Type::srv);
    CHECK(srv.status == Status::found);
    CHECK(srv.services == std::vector<Service>{{10, 2, 465, ""}, {20, 1, 993, "b"}});
    // Too short, and with something behind the name.
    CHECK(read(packet(Type::srv, {record(same, Type::srv, "\0\x14\0\1\3"s)}), Type::srv).status ==
          Status::temporary);
    CHECK(
        read(packet(Type::srv, {record(same, Type::srv, "\0\0\0\0\0\0\0\0"s)}), Type::srv).status ==
        Status::temporary);
}
