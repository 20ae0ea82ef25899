#include "mta/smtp_wire.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <utility>

namespace mn::mta
{
namespace
{

constexpr std::size_t max_reply_line = 4096;
constexpr std::size_t max_reply_lines = 200;
constexpr std::size_t output_size = 1 << 16;

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

} // namespace

bool fits_in_command(std::string_view address)
{
    return std::none_of(address.begin(), address.end(),
                        [](char c) { return is_control(c) || c == '<' || c == '>'; });
}

SmtpWire::SmtpWire(Fd socket, std::string peer) : socket_(std::move(socket)), peer_(std::move(peer))
{
    output_.reserve(output_size);
}

Error SmtpWire::no_answer(const std::string& detail) const
{
    return Error("4.4.1", cat(peer_, " does not answer"), detail);
}

Error SmtpWire::lost(const std::string& detail) const
{
    return Error("4.4.2", cat("connection to the ", peer_, " lost"), detail);
}

Error SmtpWire::refusal(const SmtpAnswer& answer)
{
    const std::string detail = answer.lines.empty() ? std::string() : answer.lines.back();
    return Error(answer.code < 400 ? "4.5.0" : answer.status, answer.text,
                 cat("the server says ", std::to_string(answer.code), " ", printable(detail)));
}

void SmtpWire::write(std::string_view bytes)
{
    for (const char c : bytes) {
        if (at_line_start_ && c == '.') output_ += '.';
        if (c == '\n' && !after_cr_) output_ += '\r';
        output_ += c;
        at_line_start_ = c == '\n';
        after_cr_ = c == '\r';
    }
    if (output_.size() >= output_size) send(std::exchange(output_, {}));
}

void SmtpWire::end_data()
{
    if (!at_line_start_) output_.append("\r\n");
    output_.append(".\r\n");
    send(std::exchange(output_, {}));
    at_line_start_ = true;
    after_cr_ = false;
}

void SmtpWire::quit() noexcept
{
    constexpr std::string_view line = "QUIT\r\n";
    (void)!::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

SmtpAnswer SmtpWire::command(std::string_view line)
{
    send(cat(line, "\r\n"));
    return answer();
}

SmtpAnswer SmtpWire::answer()
{
    std::vector<std::string> lines;
    for (;;) {
        const std::string line = read_line();
        const auto code = parse_number(std::string_view(line).substr(0, 3));
        if (line.size() < 3 || !code || *code < 200 || *code > 599)
            throw lost(cat("the server says ", printable(line)));
        if (lines.size() == max_reply_lines) throw lost("the server's answer has no end");
        lines.push_back(line.substr(std::min<std::size_t>(line.size(), 4)));
        if (line.size() > 3 && line[3] == '-') continue;
        return make_answer(static_cast<int>(*code), std::move(lines));
    }
}

SmtpAnswer SmtpWire::make_answer(int code, std::vector<std::string> lines) const
{
    SmtpAnswer answer;
    answer.code = code;
    std::string_view text = lines.back();
    if (begins_with_status(text, code)) {
        const std::size_t end = std::min(text.find(' '), text.size());
        answer.status = text.substr(0, end);
        text = trim(text.substr(end));
    } else {
        // The server breaks the rules or is silent on the reason: never a guess that bounces.
        const int code_class = code / 100;
        answer.status = code_class == 2 ? "2.0.0" : code_class == 5 ? "5.0.0" : "4.0.0";
    }
    answer.text = printable(text);
    // A refusal may end up in a bounce, and a server's path is none of a stranger's business.
    if (code >= 400 && (answer.text.empty() || answer.text.find('/') != std::string::npos))
        answer.text =
            cat(peer_, code < 500 ? " cannot take the message now" : " refuses the message");
    answer.lines = std::move(lines);
    return answer;
}

std::string SmtpWire::read_line()
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
        if (input_.size() > max_reply_line) throw lost("the server's line is too long");
        const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw lost(std::strerror(errno));
        if (count == 0) throw lost("the server closed the connection");
        input_.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

void SmtpWire::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw lost(std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

} // namespace mn::mta
