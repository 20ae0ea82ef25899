#include "mta/lmtp.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

namespace mn::mta
{
namespace
{

constexpr std::string_view peer = "mailbox server";

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
        throw Error("4.4.1", cat(peer, " does not answer"),
                    cat("cannot connect to ", path, ": ", std::strerror(errno)));
    return fd;
}

/// RCPT may be answered 250, 251 or 252, and all of them get a reply of their own after the data.
/// [RFC5321 4.3.2]
bool is_accepted(const LmtpReply& reply)
{
    return reply.code / 100 == 2;
}

LmtpReply reply_to(const std::string& recipient, const SmtpAnswer& answer)
{
    return {recipient, answer.code, answer.status, answer.text};
}

} // namespace

LmtpSession::LmtpSession(const std::string& socket_path)
    : wire_(connect_to(socket_path), std::string(peer))
{
    const SmtpAnswer greeting = wire_.answer();
    if (greeting.code != 220)
        throw wire_.no_answer(cat(socket_path, " greets with ", greeting.text));
    const SmtpAnswer hello = wire_.command("LHLO localhost");
    if (hello.code != 250)
        throw wire_.no_answer(cat(socket_path, " answers LHLO with ", hello.text));
}

void LmtpSession::begin(const std::string& sender, const std::vector<std::string>& recipients)
{
    if (!fits_in_command(sender))
        throw Error("5.1.7", "bad sender address syntax", printable(sender));
    const SmtpAnswer from = wire_.command(cat("MAIL FROM:<", sender, ">"));
    if (from.code != 250) throw SmtpWire::refusal(from);
    for (const std::string& recipient : recipients) {
        if (!fits_in_command(recipient))
            throw Error("5.1.3", "bad destination mailbox address syntax", printable(recipient));
        replies_.push_back(reply_to(recipient, wire_.command(cat("RCPT TO:<", recipient, ">"))));
    }
    if (!data_started()) return;
    const SmtpAnswer data = wire_.command("DATA");
    if (data.code != 354) throw SmtpWire::refusal(data);
}

/// Was anybody accepted, so that there is a message to send?
bool LmtpSession::data_started() const
{
    return std::any_of(replies_.begin(), replies_.end(), is_accepted);
}

void LmtpSession::write(std::string_view bytes)
{
    if (data_started()) wire_.write(bytes);
}

std::vector<LmtpReply> LmtpSession::finish()
{
    if (!data_started()) return replies_;
    wire_.end_data();
    for (LmtpReply& reply : replies_)
        if (is_accepted(reply)) reply = reply_to(reply.recipient, wire_.answer());
    return replies_;
}

} // namespace mn::mta
