// What a server may say, in scripts; a real one is in tests/tools/mn-alias-forward.bats.
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "mta/smtp.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace mn;
using namespace mn::mta;

namespace
{

/// Listens on a port, sends its script to whoever connects, and keeps what it is sent.
class ScriptedServer
{
public:
    explicit ScriptedServer(std::string script) : script_(std::move(script))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listener_.get(), generic, size) == 0);
        REQUIRE(::listen(listener_.get(), 1) == 0);
        REQUIRE(::getsockname(listener_.get(), generic, &size) == 0);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~ScriptedServer() { received(); }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    /// All that the client sent; call it when the client is done.
    const std::string& received()
    {
        if (thread_.joinable()) thread_.join();
        return received_;
    }

    std::uint16_t port = 0;

private:
    void serve()
    {
        const Fd client(::accept(listener_.get(), nullptr, nullptr));
        (void)!::send(client.get(), script_.data(), script_.size(), MSG_NOSIGNAL);
        ::shutdown(client.get(), SHUT_WR);
        char buffer[4096];
        for (ssize_t n = 0; (n = ::read(client.get(), buffer, sizeof buffer)) > 0;)
            received_.append(buffer, static_cast<std::size_t>(n));
    }

    std::string script_;
    std::string received_;
    Fd listener_;
    std::thread thread_;
};

const std::string hello = "220 hi\r\n250-server\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n";

struct Talk {
    std::string answer; ///< of finish(), or "status reason" of the Error
    std::string received;
};

Talk talk(const std::string& script, const std::string& sender = "a@x.test",
          const std::vector<std::string>& recipients = {"b@x.test"})
{
    ScriptedServer server(script);
    Talk said;
    try {
        SmtpSession session("127.0.0.1", server.port, "me.test");
        session.begin(sender, recipients);
        session.write("Subject: x\n\n.\nlast");
        said.answer = session.finish();
    } catch (const Error& error) {
        said.answer = cat(error.status(), " ", error.what());
    }
    said.received = server.received();
    return said;
}

} // namespace

TEST_CASE("mta/smtp: one message, then good-bye")
{
    const Talk said = talk(hello + "250 2.1.0 ok\r\n250 2.1.5 ok\r\n251 ok\r\n354 go\r\n"
                                   "250 2.0.0 Ok: queued as 4ABC\r\n",
                           "", {"b@x.test", "c@x.test"});
    CHECK(said.answer == "2.0.0 Ok: queued as 4ABC");
    CHECK(said.received == "EHLO me.test\r\nMAIL FROM:<> BODY=8BITMIME\r\nRCPT TO:<b@x.test>\r\n"
                           "RCPT TO:<c@x.test>\r\nDATA\r\nSubject: x\r\n\r\n..\r\nlast\r\n.\r\n"
                           "QUIT\r\n");
}

TEST_CASE("mta/smtp: what the server does not offer is not used")
{
    const std::string plain = "220 hi\r\n250 server 8BITMIME\r\n";
    CHECK(talk(plain + "250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n")
              .received.starts_with("EHLO me.test\r\nMAIL FROM:<a@x.test>\r\n"));
    CHECK(talk(plain, "\xc3\xb6@x.test").answer.starts_with("5.6.7 "));
    CHECK(talk(plain, "", {"\xc3\xb6@x.test"}).answer.starts_with("5.6.7 "));
    CHECK(talk(hello + "250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n", "\xc3\xb6@x.test")
              .received.find("MAIL FROM:<\xc3\xb6@x.test> BODY=8BITMIME SMTPUTF8\r\n") !=
          std::string::npos);
}

TEST_CASE("mta/smtp: refusals keep their code, and the message is not sent")
{
    CHECK(talk(hello + "550 5.7.1 sender not wanted\r\n").answer == "5.7.1 sender not wanted");
    CHECK(talk(hello + "250 ok\r\n450 4.2.0 try later\r\n").answer == "4.2.0 try later");
    CHECK(talk(hello + "250 ok\r\n550 no\r\n").answer == "5.0.0 no");
    CHECK(talk(hello + "250 ok\r\n250 ok\r\n452 4.3.1 full\r\n").answer == "4.3.1 full");
    const Talk second = talk(hello + "250 ok\r\n250 ok\r\n550 5.1.1 no such user\r\n", "a@x.test",
                             {"b@x.test", "c@x.test"});
    CHECK(second.answer == "5.1.1 no such user");
    CHECK(second.received.find("DATA") == std::string::npos);
    CHECK(talk(hello + "250 ok\r\n250 ok\r\n354 go\r\n554 5.6.0 bad content\r\n").answer ==
          "5.6.0 bad content");
    CHECK(talk(hello + "250 ok\r\n250 ok\r\n354 go\r\n451-4.3.0 a\r\n451 4.3.0 b\r\n").answer ==
          "4.3.0 b");
    CHECK(talk(hello + "250 ok\r\n550 5.1.1 cannot open /etc/x\r\n").answer ==
          "5.1.1 mail server refuses the message");
}

TEST_CASE("mta/smtp: whatever a broken server says is temporary")
{
    for (const std::string& script :
         {std::string(), std::string("hello\r\n"), std::string("220 hi\r\n"), hello,
          hello + "250 ok\r\n250 ok\r\n354 go\r\n", hello + "250 ok\r\n250 ok\r\n250 what?\r\n",
          hello + "250 ok\r\n250 ok\r\n354 go\r\n354 again\r\n", hello + "999 x\r\n",
          std::string("220 hi\r\n500 what\r\n"), std::string("554 go away\r\n"),
          hello + std::string(9000, 'x'), "220 hi\r\n" + std::string(100, '2') + "\r\n"}) {
        CAPTURE(script);
        CHECK(talk(script).answer.starts_with("4."));
    }
    std::string endless = "220 hi\r\n";
    for (int i = 0; i < 1000; ++i)
        endless.append("250-more\r\n");
    CHECK(talk(endless).answer.starts_with("4.4.2 "));
}

TEST_CASE("mta/smtp: a message that is given up is never complete, nor followed by a command")
{
    ScriptedServer server(hello + "250 ok\r\n250 ok\r\n354 go\r\n");
    {
        SmtpSession session("127.0.0.1", server.port, "me.test");
        session.begin("a@x.test", {"b@x.test"});
        session.write("half a message\n");
    }
    CHECK(server.received().ends_with("DATA\r\n"));
}

TEST_CASE("mta/smtp: addresses cannot smuggle commands")
{
    for (const std::string address :
         {"a@x.test>\r\nDATA", "a>b@x.test", "a\nb@x.test", "<a@x.test"}) {
        CHECK(talk(hello + "250 ok\r\n", address).answer.starts_with("5.1.7 "));
        CHECK(talk(hello + "250 ok\r\n", "", {address}).answer.starts_with("5.1.3 "));
    }
    CHECK(talk(hello + "250 ok\r\n", "", {""}).answer.starts_with("5.1.3 "));
}

TEST_CASE("mta/smtp: no server")
{
    std::uint16_t port = 0;
    {
        ScriptedServer server("");
        port = server.port;
        try {
            SmtpSession session("127.0.0.1", port, "me.test");
        } catch (const Error&) {
        }
    }
    CHECK_THROWS_AS(SmtpSession("127.0.0.1", port, "me.test"), Error);
    CHECK_THROWS_AS(SmtpSession("localhost", port, "me.test"), UsageError);
}
