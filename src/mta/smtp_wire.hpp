// How SMTP and LMTP speak on a connection: commands, answers, the data with its dots. [RFC5321 4.2]
//
//   SmtpWire wire(std::move(socket), "mail server");
//   const SmtpAnswer greeting = wire.answer();
//   const SmtpAnswer from = wire.command("MAIL FROM:<>");
//   wire.write(bytes); … wire.end_data(); wire.answer();
//
// For mta/smtp and mta/lmtp, which know what is said when. Time limits are the caller's (an alarm).
#pragma once

#include "base/error.hpp"
#include "base/fd.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::mta
{

struct SmtpAnswer {
    int code = 0;                   ///< 200 to 599
    std::string status;             ///< enhanced status code; made from the code if there was none
    std::string text;               ///< of the last line, printable ASCII, fit for strangers
    std::vector<std::string> lines; ///< all of them as they came, without the code

    bool is_positive() const { return code / 100 == 2; }
};

class SmtpWire
{
public:
    /// peer: what to call it in a text for strangers, "mailbox server".
    SmtpWire(Fd socket, std::string peer);

    /// Send a line and wait for what the server says to it. Throws Error 4.4.2 when the connection
    /// breaks or the answer is none.
    SmtpAnswer command(std::string_view line);
    SmtpAnswer answer();

    /// A piece of the message: line ends become CRLF, dots are doubled. [RFC5321 4.5.2]
    void write(std::string_view bytes);

    /// The final dot.
    void end_data();

    /// Say good-bye if that can be done at once; nobody waits for the answer.
    void quit() noexcept;

    /// The Error for an answer that refuses. A code that makes no sense there is no reason to
    /// bounce.
    static Error refusal(const SmtpAnswer& answer);

    Error no_answer(const std::string& detail) const;

private:
    SmtpAnswer make_answer(int code, std::vector<std::string> lines) const;
    std::string read_line();
    void send(std::string_view bytes);
    Error lost(const std::string& detail) const;

    Fd socket_;
    std::string peer_;
    std::string input_;
    std::string output_;
    bool at_line_start_ = true;
    bool after_cr_ = false;
};

/// May stand between the brackets of MAIL and RCPT: cannot end the line or the brackets. Which
/// addresses are good is the server's business.
bool fits_in_command(std::string_view address);

} // namespace mn::mta
