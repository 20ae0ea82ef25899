// mta/lmtp: a server may say anything; the answer is a reply for each recipient, or an Error.
#include "fuzz.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "mta/lmtp.hpp"

#include <array>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace
{

/// Listens at a path of its own for as long as the program runs.
class Server
{
public:
    Server() : path_(mn::cat("/tmp/fuzz-lmtp.", std::to_string(::getpid())))
    {
        ::unlink(path_.c_str());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof address.sun_path - 1);
        socket_ = mn::Fd(::socket(AF_UNIX, SOCK_STREAM, 0));
        promise(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        promise(::listen(socket_.get(), 1) == 0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() { ::unlink(path_.c_str()); }

    const std::string& path() const { return path_; }

    /// One session: say all of it, then listen politely.
    void say(std::string_view answers)
    {
        const mn::Fd connection(::accept(socket_.get(), nullptr, nullptr));
        (void)::send(connection.get(), answers.data(), answers.size(), MSG_NOSIGNAL);
        ::shutdown(connection.get(), SHUT_WR);
        std::array<char, 4096> heard;
        while (::read(connection.get(), heard.data(), heard.size()) > 0) {
        }
    }

private:
    std::string path_;
    mn::Fd socket_;
};

void deliver(const std::string& path)
{
    const std::vector<std::string> recipients{"a@example.test", "b@example.test"};
    try {
        mn::mta::LmtpSession session(path);
        session.begin("", recipients);
        session.write("Subject: x\n\n.\nlast line");
        const auto replies = session.finish();
        promise(replies.size() == recipients.size());
        for (const auto& reply : replies) {
            promise(reply.code >= 200 && reply.code <= 599);
            promise(reply.status.front() == '2' || reply.status.front() == '4' ||
                    reply.status.front() == '5');
            promise((reply.status.front() == '5') == (reply.code >= 500));
            promise(reply.text.find_first_of("\r\n") == std::string::npos);
        }
    } catch (const mn::Error& error) {
        promise(error.status().starts_with("4.") || error.status().starts_with("5."));
        promise(error.exit_status() != 0);
    }
}

} // namespace

void fuzz(std::string_view input)
{
    static Server server;
    std::thread session([&] { server.say(input); });
    deliver(server.path());
    session.join();
}
