#include "publish/smtp_session.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/socket.h>
#include <utility>

namespace mn::publish
{

Session::Session(Fd socket, const std::string& our_name)
    : raw_(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0)), wire_(std::move(socket), "mail server")
{
    greeting_ = wire_.answer();
    if (greeting_.code == 220) hello_ = wire_.command(cat("EHLO ", our_name));
}

std::string Session::name() const
{
    const auto words = split_words(hello_.lines.front());
    return words.empty() ? std::string() : lower(words.front());
}

bool Session::offers(std::string_view keyword) const
{
    return std::any_of(hello_.lines.begin() + 1, hello_.lines.end(), [&](const std::string& line) {
        const auto words = split_words(line);
        return !words.empty() && equal_ignoring_case(words.front(), keyword);
    });
}

bool Session::is_closed() const
{
    char byte = 0;
    return ::recv(raw_.get(), &byte, 1, MSG_PEEK) <= 0;
}

void Session::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::send(raw_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) throw Error("4.4.2", "connection lost");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

} // namespace mn::publish
