// Send one message to an SMTP server, usually our own Postfix on a loopback port. [RFC5321]
//
//   SmtpSession session("127.0.0.1", 10026, "mail.example.org");
//   session.begin(sender, recipients);
//   session.write(bytes);            // LF or CRLF; may be called many times
//   session.finish();                // the server has it in its queue
//
// All recipients or none. A session that is destroyed before finish() leaves nothing behind; after
// it, another message may follow. Shares its way of talking with lmtp.hpp. Time limits are the
// caller's (an alarm).
#pragma once

#include "mta/smtp_wire.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mn::mta
{

class SmtpSession
{
public:
    /// address: an IP address. Connect, EHLO. Throws Error 4.4.1.
    SmtpSession(const std::string& address, std::uint16_t port, const std::string& our_name);
    SmtpSession(const SmtpSession&) = delete;
    SmtpSession& operator=(const SmtpSession&) = delete;
    ~SmtpSession();

    /// Throws Error with the server's own status when it refuses sender, a recipient or the data,
    /// 5.1.7 or 5.1.3 for an address that cannot stand in a command, 5.6.7 for one with 8-bit
    /// letters where the server takes none.
    void begin(const std::string& sender, const std::vector<std::string>& recipients);
    void write(std::string_view bytes);

    /// Returns the server's text ("2.0.0 Ok: queued as …"). Throws Error: the server's refusal, or
    /// 4.4.2 if the connection breaks before the answer.
    std::string finish();

private:
    bool offers(std::string_view keyword) const;

    SmtpWire wire_;
    std::vector<std::string> extensions_;
    bool in_data_ = false;
};

} // namespace mn::mta
