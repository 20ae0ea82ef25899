// What a well-behaved LMTP server would never do; the real one is tests/faults/lmtp.bats.
#include "base/error.hpp"
#include "mta/lmtp.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

using namespace mn;
using namespace mn::mta;

namespace
{

/// Listens on a socket, sends its script to whoever connects, and keeps what it is sent.
class ScriptedServer
{
public:
    explicit ScriptedServer(std::string script) : script_(std::move(script))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path().c_str(), path().size());
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_, 1) == 0);
        thread_ = std::thread([this] { serve(); });
    }
    ~ScriptedServer() { received(); }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::string path() const { return scratch_.file("lmtp"); }

    /// All that the client sent; call it when the client is done.
    const std::string& received()
    {
        if (thread_.joinable()) thread_.join();
        return received_;
    }

private:
    void serve()
    {
        const int client = ::accept(listener_, nullptr, nullptr);
        ::send(client, script_.data(), script_.size(), MSG_NOSIGNAL);
        ::shutdown(client, SHUT_WR);
        char buffer[4096];
        for (ssize_t n = 0; (n = ::read(client, buffer, sizeof buffer)) > 0;)
            received_.append(buffer, static_cast<std::size_t>(n));
        ::close(client);
        ::close(listener_);
    }

    ScratchDirectory scratch_;
    std::string script_;
    std::string received_;
    int listener_ = -1;
    std::thread thread_;
};

const std::string hello = "220 hi\r\n250-server\r\n250 8BITMIME\r\n";

/// The status code of the Error that a whole session with this script ends in; "" for none.
std::string status_after(const std::string& script)
{
    ScriptedServer server(script);
    try {
        LmtpSession session(server.path());
        session.begin("a@x.test", {"b@x.test"});
        session.write("body\n");
        for (const LmtpReply& reply : session.finish())
            if (reply.code / 100 != 2) return reply.status;
    } catch (const Error& error) {
        return error.status();
    }
    return "";
}

} // namespace

TEST_CASE("mta/lmtp: the data has CRLF, doubled dots, and ends with a dot of its own")
{
    ScriptedServer server(hello + "250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 saved\r\n");
    {
        LmtpSession session(server.path());
        session.begin("", {"b@x.test"});
        session.write(".a\n..b\r");
        session.write("\n\n.");
        const auto replies = session.finish();
        REQUIRE(replies.size() == 1);
        CHECK(replies[0].recipient == "b@x.test");
        CHECK(replies[0].status == "2.0.0");
        CHECK(replies[0].text == "saved");
    }
    CHECK(server.received() == "LHLO localhost\r\nMAIL FROM:<>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n"
                               "..a\r\n...b\r\n\r\n..\r\n.\r\n");
}

TEST_CASE("mta/lmtp: a session that is given up never sends the final dot")
{
    ScriptedServer server(hello + "250 ok\r\n250 ok\r\n354 go\r\n");
    {
        LmtpSession session(server.path());
        session.begin("a@x.test", {"b@x.test"});
        session.write("half a message");
    }
    CHECK(server.received().find("\r\n.\r\n") == std::string::npos);
}

TEST_CASE("mta/lmtp: every recipient keeps its own answer")
{
    ScriptedServer server(hello + "250 ok\r\n250 ok\r\n550 5.1.1 no such user\r\n250 ok\r\n"
                                  "354 go\r\n250 saved\r\n452 4.2.2 full\r\n");
    LmtpSession session(server.path());
    session.begin("a@x.test", {"b@x.test", "c@x.test", "d@x.test"});
    session.write("x\n");
    const auto replies = session.finish();
    REQUIRE(replies.size() == 3);
    CHECK(replies[0].status == "2.0.0");
    CHECK(replies[1].status == "5.1.1");
    CHECK(replies[2].status == "4.2.2");
    CHECK(replies[2].text == "full");
}

TEST_CASE("mta/lmtp: whatever a broken server says is temporary")
{
    CHECK(status_after("") == "4.4.2");
    CHECK(status_after("hello\r\n") == "4.4.2");
    CHECK(status_after("554 no\r\n") == "4.4.1");
    CHECK(status_after("220 hi\r\n500 what?\r\n") == "4.4.1");
    CHECK(status_after(hello) == "4.4.2");
    CHECK(status_after(hello + "250 ok\r\n250 ok\r\n354 go\r\n") == "4.4.2");
    CHECK(status_after(hello + "250 ok\r\n250 ok\r\n250 what?\r\n") == "4.5.0");
    CHECK(status_after(hello + "999 what?\r\n") == "4.4.2");
    CHECK(status_after(hello + std::string(5000, 'x')) == "4.4.2");
}

TEST_CASE("mta/lmtp: refusals keep their code, and a text fit for strangers")
{
    CHECK(status_after(hello + "550 5.7.1 go away\r\n") == "5.7.1");
    CHECK(status_after(hello + "550 go away\r\n") == "5.0.0");
    CHECK(status_after(hello + "451 4.3.0 later\r\n") == "4.3.0");
    // A code of another class in the text does not count.
    CHECK(status_after(hello + "451 5.1.1 mixed up\r\n") == "4.0.0");

    ScriptedServer server(hello + "250 ok\r\n451 4.3.0 cannot open /var/mail/b\r\n");
    LmtpSession session(server.path());
    session.begin("a@x.test", {"b@x.test"});
    const auto replies = session.finish();
    REQUIRE(replies.size() == 1);
    CHECK(replies[0].text.find('/') == std::string::npos);
}

TEST_CASE("mta/lmtp: addresses cannot smuggle commands")
{
    for (const std::string address : {"a@x.test>\r\nDATA", "a>b@x.test", "a\nb@x.test"}) {
        ScriptedServer server(hello + "250 ok\r\n250 ok\r\n");
        {
            LmtpSession session(server.path());
            CHECK_THROWS_AS(session.begin("a@x.test", {address}), Error);
        }
        CHECK(server.received().find("DATA") == std::string::npos);
    }
}

TEST_CASE("mta/lmtp: no server, no socket")
{
    const ScratchDirectory scratch;
    CHECK_THROWS_AS(LmtpSession(scratch.file("none")), Error);
    CHECK_THROWS_AS(LmtpSession(std::string(200, 'x')), UsageError);
}
