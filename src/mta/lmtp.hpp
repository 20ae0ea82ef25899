// Hand one message over to an LMTP server on a Unix-domain socket, such as Dovecot's. [RFC2033]
//
//   LmtpSession session("/run/dovecot/lmtp");
//   session.begin(sender, recipients);
//   session.write(bytes);                       // LF or CRLF; may be called many times
//   for (const LmtpReply& reply : session.finish()) …   // one per recipient, in their order
//
// The server acts on the message when finish() sends the final dot; a session that is destroyed
// before that leaves nothing behind. Time limits are the caller's (an alarm).
#pragma once

#include "mta/smtp_wire.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::mta
{

/// What the server said to one recipient.
struct LmtpReply {
    std::string recipient;
    int code = 0; ///< 250, 452, 550 …
    std::string
        status;       ///< enhanced status code, "2.0.0"; made from the code if the server sent none
    std::string text; ///< one line, printable ASCII
};

class LmtpSession
{
public:
    /// Connect and say LHLO. Throws Error 4.4.1 when the server does not answer as it should.
    explicit LmtpSession(const std::string& socket_path);

    /// Envelope, up to the start of the data. sender may be empty (the null reverse-path).
    /// Throws Error 4.x or 5.x when the server refuses the sender or the data, and 5.1.3 for an
    /// address that cannot stand in a command. A refused recipient is not an error here.
    void begin(const std::string& sender, const std::vector<std::string>& recipients);

    void write(std::string_view bytes);

    /// End the data. Throws Error 4.4.2 if the connection breaks: then it is unknown who got it.
    std::vector<LmtpReply> finish();

private:
    bool data_started() const;

    SmtpWire wire_;
    std::vector<LmtpReply> replies_;
};

} // namespace mn::mta
