// Against a name server of our own that misbehaves as told; a real one is tests/tools.
#include "base/error.hpp"
#include "base/text.hpp"
#include "dns/message.hpp"
#include "dns/network.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <atomic>
#include <mutex>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace mn;
using namespace mn::dns;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace
{

std::string word(std::size_t value)
{
    return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}

/// The first label of a question, which tells the server what to do.
std::string first_label(const std::string& question)
{
    return question.substr(13, static_cast<unsigned char>(question[12]));
}

/// An answer to a question of ours: its id and name, these flags, one TXT record.
std::string reply(const std::string& question, std::string flags, const std::string& text)
{
    const std::size_t end = question.size() - 11; // without the OPT record
    std::string data;
    for (std::size_t i = 0; i < text.size(); i += 255)
        data += std::string(1, static_cast<char>(std::min<std::size_t>(255, text.size() - i))) +
                text.substr(i, 255);
    return question.substr(0, 2) + std::move(flags) + "\0\1\0\1\0\0\0\0"s +
           question.substr(12, end - 12) + "\xc0\x0c\0\x10\0\1\0\0\0\x3c"s + word(data.size()) +
           data;
}

class Server
{
public:
    Server()
    {
        udp_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        tcp_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        REQUIRE(::bind(udp_, generic, size) == 0);
        REQUIRE(::getsockname(udp_, generic, &size) == 0);
        REQUIRE(::bind(tcp_, generic, size) == 0);
        REQUIRE(::listen(tcp_, 5) == 0);
        name = cat("127.0.0.1:", std::to_string(ntohs(address.sin_port)));
        thread_ = std::thread([this] { serve(); });
    }
    ~Server()
    {
        stopping_ = true;
        thread_.join();
        ::close(udp_);
        ::close(tcp_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::string name;
    std::atomic<int> questions = 0;

private:
    void serve()
    {
        while (!stopping_) {
            pollfd fds[] = {{udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
            ::poll(fds, 2, 5);
            if (fds[0].revents != 0) serve_datagram();
            if (fds[1].revents != 0) serve_connection();
        }
    }

    void serve_datagram()
    {
        char buffer[2000];
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        const ssize_t count =
            ::recvfrom(udp_, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&peer), &size);
        if (count < 23) return;
        ++questions;
        const std::string question(buffer, static_cast<std::size_t>(count));
        const std::string what = first_label(question);
        std::string answer = reply(question, "\x81\x80", what);
        if (what == "silent") return;
        if (what == "slow") std::this_thread::sleep_for(150ms);
        if (what == "servfail") answer = reply(question, "\x81\x82", "");
        if (what == "truncated" || what == "huge") answer = reply(question, "\x83\x80", "");
        if (what == "validated") answer = reply(question, "\x81\xa0", "x");
        if (what == "garbage") answer = answer.substr(0, 20) + std::string(60, '\xc1');
        if (what == "wrongid") answer[0] = static_cast<char>(answer[0] ^ 1);
        if (what == "lost" && questions == 1) return;
        ::sendto(udp_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&peer), size);
    }

    void serve_connection()
    {
        const int client = ::accept(tcp_, nullptr, nullptr);
        char buffer[2000];
        const ssize_t count = ::recv(client, buffer, sizeof buffer, 0);
        if (count > 25) {
            const std::string question(buffer + 2, static_cast<std::size_t>(count - 2));
            const std::size_t size = first_label(question) == "huge" ? 60000 : 3000;
            const std::string answer = reply(question, "\x81\x80", std::string(size, 't'));
            const std::string framed = word(answer.size()) + answer;
            ::send(client, framed.data(), framed.size(), MSG_NOSIGNAL);
        }
        std::this_thread::sleep_for(20ms);
        ::close(client);
    }

    int udp_ = -1;
    int tcp_ = -1;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

NetworkOptions quick(const Server& server)
{
    return {.servers = {server.name}, .budget = 600ms, .query_timeout = 100ms, .attempts = 2};
}

} // namespace

TEST_CASE("dns/network: name servers as people write them")
{
    const auto shown = [](const char* text) {
        const Nameserver server = parse_nameserver(text);
        return cat(server.address.text(), " ", std::to_string(server.port));
    };
    CHECK(shown("192.0.2.1") == "192.0.2.1 53");
    CHECK(shown("192.0.2.1:5353") == "192.0.2.1 5353");
    CHECK(shown("2001:db8::1") == "2001:db8::1 53");
    CHECK(shown("[2001:db8::1]") == "2001:db8::1 53");
    CHECK(shown("[2001:db8::1]:5353") == "2001:db8::1 5353");
    for (const char* text : {"", "localhost", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536",
                             "192.0.2.1:-1", "[::1", "[::1]5353", "[::1]:", ":53", "[]"})
        CHECK_THROWS_AS(parse_nameserver(text), UsageError);
}

TEST_CASE("dns/network: answers, each asked for once")
{
    Server server;
    NetworkResolver resolver(quick(server));
    CHECK(resolver.query("hello.test", Type::txt).texts == std::vector<std::string>{"hello"});
    resolver.query("Hello.TEST.", Type::txt);
    CHECK(server.questions == 1);
    CHECK(resolver.query("validated.test", Type::txt).is_authenticated);
    CHECK(resolver.query("not..a.name", Type::txt).status == Status::no_such_name);
    CHECK(resolver.query(std::string(64, 'x'), Type::txt).status == Status::no_such_name);
    CHECK(server.questions == 2);
    CHECK(resolver.lookups().size() == 4);
    CHECK(resolver.lookups()[0].name == "hello.test");
    resolver.reset();
    CHECK(resolver.lookups().empty());
    CHECK(resolver.query("hello.test", Type::txt).status == Status::found);
    CHECK(server.questions == 3);
}

TEST_CASE("dns/network: TCP when the answer does not fit, and a limit to what fits")
{
    Server server;
    NetworkResolver resolver(quick(server));
    resolver.prefetch("truncated.test", Type::txt);
    CHECK(resolver.query("truncated.test", Type::txt).texts.at(0).size() == 3000);
    const Answer& huge = resolver.query("huge.test", Type::txt);
    CHECK(huge.status == Status::temporary);
    CHECK(huge.problem == "answer too big");
}

TEST_CASE("dns/network: all at once, and answers that lead to questions")
{
    Server server;
    NetworkResolver resolver(quick(server));
    const auto begin = std::chrono::steady_clock::now();
    resolver.prefetch_then("first.test", Type::txt, [&](const Answer& answer) {
        resolver.prefetch_then(answer.texts.at(0) + ".second.test", Type::txt,
                               [&](const Answer&) { resolver.prefetch("third.test", Type::txt); });
    });
    resolver.query("slow.test", Type::txt);
    CHECK(std::chrono::steady_clock::now() - begin < 550ms);
    resolver.query("third.test", Type::txt);
    CHECK(resolver.lookups().size() == 4);
}

TEST_CASE("dns/network: trouble is temporary, and in time")
{
    Server server;
    const auto problem = [&](const char* name) {
        NetworkResolver resolver(quick(server));
        const auto begin = std::chrono::steady_clock::now();
        const Answer answer = resolver.query(name, Type::txt);
        CHECK(answer.status == Status::temporary);
        CHECK(std::chrono::steady_clock::now() - begin < 1500ms);
        return answer.problem;
    };
    CHECK(problem("silent.test") == "timed out");
    CHECK(problem("wrongid.test") == "timed out");
    CHECK(problem("servfail.test") == "SERVFAIL");
    CHECK(problem("garbage.test") != "");
}

TEST_CASE("dns/network: a lost packet is sent again")
{
    Server server;
    NetworkResolver resolver(quick(server));
    CHECK(resolver.query("lost.test", Type::txt).status == Status::found);
    CHECK(server.questions == 2);
}

TEST_CASE("dns/network: the budget is for all together, and for waiting only")
{
    Server server;
    NetworkOptions options = quick(server);
    options.budget = 150ms;
    NetworkResolver resolver(options);
    resolver.prefetch("hello.test", Type::txt);
    std::this_thread::sleep_for(400ms); // a sender that takes its time
    CHECK(resolver.query("hello.test", Type::txt).status == Status::found);
    const auto begin = std::chrono::steady_clock::now();
    for (const char* name : {"a.silent.test", "silent.test", "silent.b.test"})
        resolver.query(name, Type::txt);
    CHECK(resolver.query("silent.c.test", Type::txt).problem == "timed out");
    CHECK(std::chrono::steady_clock::now() - begin < 1s);
    resolver.reset();
    CHECK(resolver.query("hello.test", Type::txt).status == Status::found);
}

TEST_CASE("dns/network: reset and end while questions are under way")
{
    Server server;
    bool called = false;
    {
        NetworkResolver resolver(quick(server));
        resolver.prefetch_then("slow.test", Type::txt, [&](const Answer&) { called = true; });
        resolver.reset();
        CHECK(resolver.query("hello.test", Type::txt).status == Status::found);
        resolver.prefetch_then("slow.test", Type::txt, [&](const Answer&) { called = true; });
    }
    CHECK(!called);
}

TEST_CASE("dns/network: a limit to questions")
{
    Server server;
    NetworkResolver resolver(quick(server));
    for (std::size_t i = 0; i < max_questions; ++i)
        resolver.prefetch(cat("a..", std::to_string(i)), Type::txt);
    CHECK(resolver.query("hello.test", Type::txt).status == Status::temporary);
    CHECK(server.questions == 0);
}

TEST_CASE("dns/network: nobody listens")
{
    NetworkResolver resolver({.servers = {"127.0.0.1:1"}, .budget = 500ms, .query_timeout = 100ms});
    CHECK(resolver.query("hello.test", Type::txt).status == Status::temporary);
}
