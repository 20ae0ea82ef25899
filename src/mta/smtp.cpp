#include "mta/smtp.hpp"

#include "base/error.hpp"
#include "base/ip_address.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace mn::mta
{
namespace
{

constexpr std::string_view peer = "mail server";

sockaddr_storage socket_address(const std::string& text, std::uint16_t port)
{
    const auto address = IpAddress::parse(text);
    if (!address) throw UsageError(cat("not an IP address: ", printable(text)));
    sockaddr_storage storage{};
    if (address->is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, address->bytes().data(), 4);
        std::memcpy(&storage, &v4, sizeof v4);
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address->bytes().data(), 16);
        std::memcpy(&storage, &v6, sizeof v6);
    }
    return storage;
}

Fd connect_to(const std::string& text, std::uint16_t port)
{
    const sockaddr_storage address = socket_address(text, port);
    Fd fd(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw system_error(errno, "make", "a socket");
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw Error("4.4.1", cat(peer, " does not answer"),
                    cat("cannot connect to ", text, " port ", std::to_string(port), ": ",
                        std::strerror(errno)));
    return fd;
}

bool has_8bit(std::string_view text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

} // namespace

SmtpSession::SmtpSession(const std::string& address, std::uint16_t port,
                         const std::string& our_name)
    : wire_(connect_to(address, port), std::string(peer))
{
    const SmtpAnswer greeting = wire_.answer();
    if (greeting.code != 220) throw wire_.no_answer(cat(address, " greets with ", greeting.text));
    const SmtpAnswer hello = wire_.command(cat("EHLO ", our_name));
    if (hello.code != 250) throw wire_.no_answer(cat(address, " answers EHLO with ", hello.text));
    extensions_ = hello.lines;
}

SmtpSession::~SmtpSession()
{
    if (!in_data_) wire_.quit();
}

bool SmtpSession::offers(std::string_view keyword) const
{
    return std::any_of(extensions_.begin(), extensions_.end(), [&](const std::string& line) {
        const auto words = split_words(line);
        return !words.empty() && equal_ignoring_case(words.front(), keyword);
    });
}

void SmtpSession::begin(const std::string& sender, const std::vector<std::string>& recipients)
{
    if (!fits_in_command(sender))
        throw Error("5.1.7", "bad sender address syntax", printable(sender));
    bool needs_utf8 = has_8bit(sender);
    for (const std::string& recipient : recipients) {
        if (recipient.empty() || !fits_in_command(recipient))
            throw Error("5.1.3", "bad destination mailbox address syntax", printable(recipient));
        needs_utf8 = needs_utf8 || has_8bit(recipient);
    }
    if (needs_utf8 && !offers("SMTPUTF8"))
        throw Error("5.6.7", "address with 8-bit letters cannot be handed on");

    // What a server believes to be 7-bit it may convert, and a signature would no longer hold.
    const SmtpAnswer from =
        wire_.command(cat("MAIL FROM:<", sender, ">", offers("8BITMIME") ? " BODY=8BITMIME" : "",
                          needs_utf8 ? " SMTPUTF8" : ""));
    if (!from.is_positive()) throw SmtpWire::refusal(from);
    for (const std::string& recipient : recipients) {
        const SmtpAnswer to = wire_.command(cat("RCPT TO:<", recipient, ">"));
        if (!to.is_positive()) throw SmtpWire::refusal(to);
    }
    const SmtpAnswer data = wire_.command("DATA");
    if (data.code != 354) throw SmtpWire::refusal(data);
    in_data_ = true;
}

void SmtpSession::write(std::string_view bytes)
{
    wire_.write(bytes);
}

std::string SmtpSession::finish()
{
    wire_.end_data();
    const SmtpAnswer answer = wire_.answer();
    in_data_ = false;
    if (!answer.is_positive()) throw SmtpWire::refusal(answer);
    return cat(answer.status, " ", answer.text);
}

} // namespace mn::mta
