#include "mta/lmtp.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

namespace mn::mta
{
namespace
{

constexpr std::size_t max_reply_line = 4096;
constexpr std::size_t output_size = 1 << 16;

Error no_answer(const std::string& detail)
{
    return Error("4.4.1", "mailbox server does not answer", detail);
}

Error connection_lost(const std::string& detail)
{
    return Error("4.4.2", "connection to the mailbox server lost", detail);
}

Fd connect_to(const std::string& path)
{
    sockaddr_un address{};
    if (path.size() >= sizeof address.sun_path)
        throw UsageError(cat("socket name too long: ", path));
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw system_error(errno, "make", "a socket");
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw no_answer(cat("cannot connect to ", path, ": ", std::strerror(errno)));
    return fd;
}

/// Only what cannot end the command line or its brackets; which addresses are good is the
/// server's business.
bool fits_in_command(std::string_view address)
{
    return std::none_of(address.begin(), address.end(),
                        [](char c) { return is_control(c) || c == '<' || c == '>'; });
}

/// An enhanced status code at the start of a reply's text. [RFC2034 4]
bool begins_with_status(std::string_view text, int code)
{
    const auto words = split_words(text.substr(0, std::min<std::size_t>(text.size(), 16)));
    if (words.empty()) return false;
    const auto numbers = split(words.front(), '.');
    return numbers.size() == 3 && numbers[0] == std::to_string(code / 100) &&
           std::all_of(numbers.begin(), numbers.end(), [](std::string_view number) {
               return number.size() <= 3 && parse_number(number).has_value();
           });
}

/// Text that may end up in a bounce: a server's path is none of a stranger's business.
std::string fit_for_strangers(const std::string& text, int code)
{
    if (!text.empty() && text.find('/') == std::string::npos) return text;
    return code < 500 ? "mailbox server cannot take the message now"
                      : "mailbox server refuses the message";
}

/// RCPT may be answered 250, 251 or 252, and all of them get a reply of their own after the data.
/// [RFC5321 4.3.2]
bool is_accepted(const LmtpReply& reply)
{
    return reply.code / 100 == 2;
}

/// The whole message is refused. A code that makes no sense there is no reason to bounce.
Error refused(const LmtpReply& reply)
{
    return Error(reply.code < 400 ? "4.5.0" : reply.status, reply.text);
}

} // namespace

LmtpSession::LmtpSession(const std::string& socket_path) : socket_(connect_to(socket_path))
{
    output_.reserve(output_size);
    const Response greeting = read_response();
    if (greeting.code != 220) throw no_answer(cat(socket_path, " greets with ", greeting.text));
    const Response hello = command("LHLO localhost");
    if (hello.code != 250) throw no_answer(cat(socket_path, " answers LHLO with ", hello.text));
}

void LmtpSession::begin(const std::string& sender, const std::vector<std::string>& recipients)
{
    if (!fits_in_command(sender))
        throw Error("5.1.7", "bad sender address syntax", printable(sender));
    const Response from = command(cat("MAIL FROM:<", sender, ">"));
    if (from.code != 250) throw refused(reply_to(sender, from));
    for (const std::string& recipient : recipients) {
        if (!fits_in_command(recipient))
            throw Error("5.1.3", "bad destination mailbox address syntax", printable(recipient));
        replies_.push_back(reply_to(recipient, command(cat("RCPT TO:<", recipient, ">"))));
    }
    if (!data_started()) return;
    const Response data = command("DATA");
    if (data.code == 354) return;
    throw refused(reply_to(sender, data));
}

/// Was anybody accepted, so that there is a message to send?
bool LmtpSession::data_started() const
{
    return std::any_of(replies_.begin(), replies_.end(), is_accepted);
}

void LmtpSession::write(std::string_view bytes)
{
    if (!data_started()) return;
    for (const char c : bytes) {
        if (at_line_start_ && c == '.') output_ += '.';
        if (c == '\n' && !after_cr_) output_ += '\r';
        output_ += c;
        at_line_start_ = c == '\n';
        after_cr_ = c == '\r';
    }
    if (output_.size() >= output_size) send(std::exchange(output_, {}));
}

std::vector<LmtpReply> LmtpSession::finish()
{
    if (!data_started()) return replies_;
    if (!at_line_start_) output_.append("\r\n");
    output_.append(".\r\n");
    send(std::exchange(output_, {}));
    for (LmtpReply& reply : replies_)
        if (is_accepted(reply)) reply = reply_to(reply.recipient, read_response());
    return replies_;
}

LmtpReply LmtpSession::reply_to(const std::string& recipient, const Response& response)
{
    LmtpReply reply;
    reply.recipient = recipient;
    reply.code = response.code;
    std::string_view text = response.text;
    if (begins_with_status(text, response.code)) {
        const std::size_t end = std::min(text.find(' '), text.size());
        reply.status = text.substr(0, end);
        text = trim(text.substr(end));
    } else {
        // The server breaks the rules or is silent on the reason: never a guess that bounces.
        const int code_class = response.code / 100;
        reply.status = code_class == 2 ? "2.0.0" : code_class == 5 ? "5.0.0" : "4.0.0";
    }
    reply.text = fit_for_strangers(printable(text), response.code);
    return reply;
}

LmtpSession::Response LmtpSession::command(std::string_view line)
{
    send(cat(line, "\r\n"));
    return read_response();
}

LmtpSession::Response LmtpSession::read_response()
{
    for (;;) {
        const std::string line = read_line();
        const auto code = parse_number(std::string_view(line).substr(0, 3));
        if (line.size() < 3 || !code || *code < 200 || *code > 599)
            throw connection_lost(cat("the server says ", printable(line)));
        if (line.size() > 3 && line[3] == '-') continue;
        return {static_cast<int>(*code), line.size() > 4 ? line.substr(4) : std::string()};
    }
}

std::string LmtpSession::read_line()
{
    std::array<char, max_reply_line> buffer;
    for (;;) {
        const std::size_t end = input_.find('\n');
        if (end != std::string::npos) {
            std::string line = input_.substr(0, end);
            input_.erase(0, end + 1);
            if (!line.empty() && line.back() == '\r') line.pop_back();
            return line;
        }
        if (input_.size() > max_reply_line) throw connection_lost("the server's line is too long");
        const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw connection_lost(std::strerror(errno));
        if (count == 0) throw connection_lost("the server closed the connection");
        input_.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

void LmtpSession::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw connection_lost(std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

} // namespace mn::mta
