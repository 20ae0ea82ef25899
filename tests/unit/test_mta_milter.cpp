// Both sides of a session in one thread: all that Postfix says first, then the filter runs, then
// its answers are read.
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "mta/milter.hpp"
#include "mta/milter_packets.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mn;
using namespace mn::mta;

namespace
{

using Action = MilterReply::Action;

/// Keeps what it is shown, and answers what it was told to.
class Recorder : public MilterFilter
{
public:
    void header(const MilterEnvelope& envelope, std::string header) override
    {
        envelopes.push_back(envelope);
        text = std::move(header);
        if (fail_at == "header") throw Error("5.7.1", "no such header here", "detail");
    }
    void body(std::string_view chunk) override
    {
        text.append(chunk);
        if (fail_at == "body") throw Error("4.3.2", "try later", "detail");
    }
    MilterReply end() override
    {
        messages.push_back(text);
        if (fail_at == "end") throw Error("4.7.5", "try later", "detail");
        return reply;
    }
    void forget() override { ++aborts; }

    MilterReply reply;
    std::string fail_at;
    std::string text;
    std::vector<std::string> messages;
    std::vector<MilterEnvelope> envelopes;
    int aborts = 0;
};

std::string packet(char command, std::string_view data = {})
{
    return cat(number_bytes(static_cast<std::uint32_t>(data.size() + 1)),
               std::string_view(&command, 1), data);
}

/// Each text with the NUL at its end.
template <typename... Texts>
std::string texts(const Texts&... parts)
{
    std::string data;
    ((data.append(std::string_view(parts)), data.push_back('\0')), ...);
    return data;
}

const std::string negotiation =
    packet('O', cat(number_bytes(6), number_bytes(0x1ff), number_bytes(0x1fffff)));
const std::string client =
    cat(packet('D', cat("C", texts("j", "mx.example.test", "{daemon_name}", "smtpd"))),
        packet('C',
               cat(texts("mail.example.org"), "4", std::string("\x04\xd2", 2), texts("192.0.2.1"))),
        packet('H', texts("mail.example.org")));
const std::string envelope =
    cat(packet('D', cat("M", texts("{auth_authen}", "ann@example.test", "{mail_addr}", "x"))),
        packet('M', texts("<ann@example.test>", "SIZE=100")),
        packet('R', texts("<bob@example.org>")), packet('R', texts("<carol@example.org>")));
const std::string content = cat(packet('L', texts("From", " ann@example.test")),
                                packet('L', texts("Subject", "no space,\n\ttwo lines")),
                                packet('D', cat("N", texts("i", "4ABC"))), packet('N'),
                                packet('B', "Hello\r\n"), packet('B', "bye\r\n"), packet('E'));

struct Answer {
    char command;
    std::string data;
};

/// A whole session; throws what the filter's side throws.
std::vector<Answer> session(MilterFilter& filter, const std::string& said,
                            const MilterLimits& limits = {})
{
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const Fd postfix(ends[0]), ours(ends[1]);
    const int size = 1 << 22;
    ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    REQUIRE(::send(ends[0], said.data(), said.size(), MSG_DONTWAIT) ==
            static_cast<ssize_t>(said.size()));
    ::shutdown(ends[0], SHUT_WR);
    run_milter(filter, ends[1], ends[1], limits);
    ::shutdown(ends[1], SHUT_WR);

    std::string heard = read_all(ends[0], 1 << 20, "test");
    std::vector<Answer> answers;
    std::string_view rest = heard;
    while (!rest.empty()) {
        const std::size_t length = read_number(rest);
        answers.push_back({rest[4], std::string(rest.substr(5, length - 1))});
        rest.remove_prefix(4 + length);
    }
    REQUIRE(!answers.empty());
    CHECK(answers.front().command == 'O');
    answers.erase(answers.begin());
    return answers;
}

const std::string session_start = negotiation + client;

/// What a broken session ends in.
std::string status_after(const std::string& said)
{
    Recorder filter;
    try {
        session(filter, said);
    } catch (const Error& error) {
        return error.status();
    }
    return "";
}

} // namespace

TEST_CASE("mta/milter: one answer for the session, one for the message")
{
    Recorder filter;
    const auto answers = session(filter, session_start + envelope + content + packet('Q'));
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].command == 'a');
    REQUIRE(filter.messages.size() == 1);
    CHECK(filter.messages[0] == "From: ann@example.test\nSubject:no space,\n\ttwo lines\n"
                                "Hello\r\nbye\r\n");
    const MilterEnvelope& seen = filter.envelopes.at(0);
    CHECK(seen.client_name == "mail.example.org");
    CHECK(seen.client_address == "192.0.2.1");
    CHECK(seen.helo == "mail.example.org");
    CHECK(seen.login == "ann@example.test");
    CHECK(seen.sender == "ann@example.test");
    CHECK(seen.recipients == std::vector<std::string>{"bob@example.org", "carol@example.org"});
    CHECK(seen.queue_id == "4ABC");
    CHECK(seen.host == "mx.example.test");
    CHECK(filter.aborts == 0);
}

TEST_CASE("mta/milter: several messages, nothing left over from the one before")
{
    Recorder filter;
    const std::string bounce =
        cat(packet('M', texts("<>")), packet('R', texts("<dan@x.test>")), packet('N'), packet('E'));
    const auto answers = session(filter, session_start + envelope + content + bounce);
    REQUIRE(answers.size() == 2);
    REQUIRE(filter.envelopes.size() == 2);
    CHECK(filter.envelopes[1].sender == "");
    CHECK(filter.envelopes[1].login == "");
    CHECK(filter.envelopes[1].queue_id == "");
    CHECK(filter.envelopes[1].recipients == std::vector<std::string>{"dan@x.test"});
    CHECK(filter.envelopes[1].client_address == "192.0.2.1");
    CHECK(filter.messages[1] == "");

    // The next client, on the same connection.
    Recorder other;
    session(other, session_start + envelope + content + packet('K') +
                       packet('C', cat(texts("localhost"), "L", std::string(2, '\0'), texts("x"))) +
                       bounce);
    REQUIRE(other.envelopes.size() == 2);
    CHECK(other.envelopes[1].client_address == "");
    CHECK(other.envelopes[1].helo == "");
}

TEST_CASE("mta/milter: a message that is given up")
{
    Recorder filter;
    const std::string half = packet('L', texts("From", " a")) + packet('N') + packet('B', "x");
    CHECK(session(filter, session_start + envelope + half + packet('A')).empty());
    CHECK(filter.aborts == 1);
    // Postfix hangs up: likewise; and before the header there is nothing to abort.
    CHECK(session(filter, session_start + envelope + half).empty());
    CHECK(filter.aborts == 2);
    CHECK(session(filter, session_start + envelope + packet('A') + packet('Q')).empty());
    CHECK(filter.aborts == 2);
    CHECK(filter.messages.empty());
    // After it, another message is as good as new.
    session(filter, session_start + envelope + half + packet('A') + envelope + content);
    CHECK(filter.envelopes.back().recipients.size() == 2);
    CHECK(filter.messages.size() == 1);
}

TEST_CASE("mta/milter: clients")
{
    const auto address_of = [](const std::string& data) {
        Recorder filter;
        session(filter, negotiation + packet('C', data) + envelope + content);
        return filter.envelopes.at(0).client_address;
    };
    const std::string port(2, '\0');
    CHECK(address_of(cat(texts("a"), "6", port, texts("2001:db8::1"))) == "2001:db8::1");
    CHECK(address_of(cat(texts("a"), "6", port, texts("IPv6:2001:db8::1"))) == "2001:db8::1");
    CHECK(address_of(cat(texts("a"), "L", port, texts("/run/socket"))) == "");
    CHECK(address_of(cat(texts("unknown"), "U")) == "");
}

TEST_CASE("mta/milter: changes of the header, in an order that keeps their numbers true")
{
    Recorder filter;
    filter.reply.removals = {{"Authentication-Results", 1}, {"Authentication-Results", 3}};
    filter.reply.insertions = {"A: first\n", "B:\tsecond\n\tline\n"};
    const auto answers = session(filter, session_start + envelope + content);
    REQUIRE(answers.size() == 5);
    CHECK(answers[0].command == 'm');
    CHECK(answers[0].data == cat(number_bytes(3), texts("Authentication-Results", "")));
    CHECK(answers[1].data == cat(number_bytes(1), texts("Authentication-Results", "")));
    CHECK(answers[2].command == 'i');
    CHECK(answers[2].data == cat(number_bytes(0), texts("B", "\tsecond\n\tline")));
    CHECK(answers[3].data == cat(number_bytes(0), texts("A", " first")));
    CHECK(answers[4].command == 'a');
}

TEST_CASE("mta/milter: refusals")
{
    const auto answer_to = [](Action action, const std::string& text) {
        Recorder filter;
        filter.reply.action = action;
        filter.reply.text = text;
        filter.reply.insertions = {"A: never sent\n"};
        const auto answers = session(filter, session_start + envelope + content);
        REQUIRE(answers.size() == 1);
        return answers[0].command + answers[0].data;
    };
    CHECK(answer_to(Action::reject, "5.7.1 no") == "y" + texts("550 5.7.1 no"));
    CHECK(answer_to(Action::try_later, "4.7.0 wait") == "y" + texts("451 4.7.0 wait"));
    CHECK(answer_to(Action::discard, "") == "d");
    // A code of the wrong class, what Postfix would take for a format, what would break the line.
    CHECK(answer_to(Action::reject, "4.7.1 x") == "y" + texts("550 5.7.1 4.7.1 x"));
    CHECK(answer_to(Action::reject, "5.7.1 50%s") == "y" + texts("550 5.7.1 50%%s"));
    CHECK(answer_to(Action::reject, "5.7.1 a\r\nb") == "y" + texts("550 5.7.1 a\\x0d\\x0ab"));
    CHECK(answer_to(Action::reject, "5.7.1 " + std::string(9000, 'x')).size() < 500);
}

TEST_CASE("mta/milter: an Error of the filter is the answer to one message")
{
    for (const std::string stage : {"header", "body", "end"}) {
        CAPTURE(stage);
        Recorder filter;
        filter.fail_at = stage;
        const auto answers =
            session(filter, session_start + envelope + content + envelope + content);
        REQUIRE(answers.size() == 2);
        CHECK(answers[0].data.starts_with(stage == "header" ? "550 5.7.1 " : "451 4."));
        CHECK(answers[1].data == answers[0].data);
        CHECK(filter.aborts == 2);
        CHECK(answers[0].data.find("detail") == std::string::npos);
    }
}

TEST_CASE("mta/milter: a header without end is refused, the session goes on")
{
    Recorder filter;
    MilterLimits limits;
    limits.header_bytes = 1000;
    std::string big = packet('M', texts("<a@x.test>"));
    for (int i = 0; i < 20; ++i)
        big.append(packet('L', texts("X", std::string(100, 'x'))));
    big.append(packet('N') + packet('B', "x") + packet('E'));
    std::string crowd = packet('M', texts("<a@x.test>"));
    for (int i = 0; i < 100; ++i)
        crowd.append(packet('R', texts("<b@x.test>")));
    crowd.append(packet('N') + packet('E'));
    const auto answers = session(filter, session_start + big + crowd + envelope + content, limits);
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].data.starts_with("550 5.3.4 "));
    CHECK(answers[1].data.starts_with("550 5.3.4 "));
    CHECK(answers[2].command == 'a');
    CHECK(filter.messages.size() == 1);
}

TEST_CASE("mta/milter: whatever is not the protocol ends the session, to be tried again")
{
    const std::string start = session_start;
    for (const std::string& said : {
             std::string("\0\0\0\0x", 5),              // no command
             std::string("\x7f\0\0\0x", 5),            // 2 GB
             std::string("\xff\xff\xff\xff", 4) + "O", // 4 GB
             std::string("\0\0\0\x0dO", 5),            // cut short
             std::string("\0\0", 2),                   //
             packet('O', "short"),                     //
             packet('O', cat(number_bytes(2), number_bytes(0x1ff), number_bytes(0x1fffff))),
             packet('O', cat(number_bytes(6), number_bytes(0), number_bytes(0x1fffff))),
             packet('O', cat(number_bytes(6), number_bytes(0x1ff), number_bytes(0x7f))),
             client,                                          // before the negotiation
             negotiation + negotiation,                       //
             start + packet('X'),                             //
             start + packet('R', texts("<a@x.test>")),        // no sender
             start + packet('E'),                             //
             start + packet('N'),                             //
             start + packet('B', "x"),                        //
             start + envelope + packet('B', "x"),             // no end of the header
             start + envelope + packet('E'),                  //
             start + envelope + envelope,                     // two senders
             start + packet('M', "<a@x.test>"),               // no NUL
             start + packet('M', ""),                         //
             start + packet('D', ""),                         //
             start + packet('D', cat("M", texts("i"))),       // a name without a value
             negotiation + packet('C', texts("a")),           //
             negotiation + packet('C', cat(texts("a"), "4")), //
             negotiation + packet('C', cat(texts("a"), "4", "xx", "1.2.3.4")),
             start + envelope + packet('L', texts("From")),  //
             start + envelope + packet('L', texts("", "x")), //
             start + envelope + packet('L', texts("a\nb", "x")),
             start + envelope + packet('L', texts("a", "x\nEvil: y")),
             start + envelope + packet('L', texts("a", "x\n")), //
             start + envelope + content + packet('L', texts("a", "b")),
         }) {
        CAPTURE(printable(said.substr(std::min(said.size(), start.size()))));
        CHECK(status_after(said) == "4.3.0");
    }
}

TEST_CASE("mta/milter: packets may come in any pieces")
{
    const std::string said = session_start + envelope + content + packet('Q');
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        for (const char& c : said) {
            if (::write(ends[0], &c, 1) != 1) ::_exit(1);
            if (c == 'L') ::usleep(1000);
        }
        ::_exit(0);
    }
    ::close(ends[0]);
    Recorder filter;
    int pipes[2];
    REQUIRE(::pipe(pipes) == 0);
    run_milter(filter, ends[1], pipes[1], {});
    ::close(pipes[0]);
    ::close(pipes[1]);
    ::close(ends[1]);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(filter.messages.size() == 1);
    CHECK(filter.envelopes.at(0).recipients.size() == 2);
}

TEST_CASE("mta/milter: time limits end the process")
{
    class Sleeper : public Recorder
    {
    public:
        MilterReply end() override
        {
            ::sleep(20);
            return {};
        }
    };
    for (const bool is_idle : {true, false}) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::signal(SIGALRM, SIG_IGN);
            Sleeper filter;
            MilterLimits limits;
            limits.idle = std::chrono::seconds(is_idle ? 1 : 20);
            limits.work = std::chrono::seconds(is_idle ? 20 : 1);
            run_milter(filter, ends[1], ends[1], limits);
            ::_exit(0);
        }
        const std::string said = session_start + envelope + (is_idle ? "" : content);
        write_all(ends[0], said, "test");
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == SIGALRM);
        ::close(ends[0]);
        ::close(ends[1]);
    }
}
