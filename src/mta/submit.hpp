// Hand one message to Postfix through sendmail(1), with an envelope of our choice.
//
//   mn::submit(message, {.sender = "bob@example.org", .recipients = {"ann@example.net"}});
//
// No shell, and the message is complete before sendmail starts: should we be killed, sendmail
// still reads all of it, or Postfix never hears of it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mn
{

struct Submission {
    std::string sender; ///< envelope sender; empty is the null sender, "<>" [RFC5321 4.5.5]

    /// At least one. They become arguments, so they must fit the system's limit, 2 MiB on Linux:
    /// about 50,000 addresses.
    std::vector<std::string> recipients;

    /// The program and, if it needs any, its first options: {"/usr/sbin/sendmail", "-C", "/etc/x"}.
    std::vector<std::string> sendmail = {"/usr/sbin/sendmail"};

    std::chrono::milliseconds time_limit = std::chrono::seconds(60);

    /// A sender of its own for each recipient: Postfix makes cats+bounces-7-ann=example.net@… of
    /// cats+bounces-7@…, so that who sends a bounce knows whose it is.
    bool verp = false;

    /// The header is complete, perhaps signed: nothing is added to it. So it is with verp.
    bool is_complete = false;
};

/// Returns when Postfix has the message in its queue.
///
/// message: LF or CRLF line ends; a line with a lone dot is an ordinary line.
/// Throws Error 4.3.x for whatever goes wrong, so that the mail is tried again: a refusal by
/// sendmail(1) is about this machine, not about the mail. After a time-out, Postfix may have the
/// message all the same, and a second try makes a second copy: better twice than never.
void submit(std::string_view message, const Submission& submission);

} // namespace mn
