// A session with our own port 25 up to EHLO, for a probe that also says what no client should.
//
//   Session session(std::move(socket), "mail.example.org");
//   if (session.is_ready()) session.command("MAIL FROM:<>");
//   session.send("a\n.\n");                 // as it is: neither line ends nor dots are mended
//
// Throws Error 4.4.x when the connection breaks. Destroyed without quit(), the session is dropped.
#pragma once

#include "base/fd.hpp"
#include "mta/smtp_wire.hpp"

#include <string>
#include <string_view>

namespace mn::publish
{

class Session
{
public:
    Session(Fd socket, const std::string& our_name);

    bool is_ready() const { return greeting_.code == 220 && hello_.code == 250; }
    const mta::SmtpAnswer& refusal() const { return greeting_.code == 220 ? hello_ : greeting_; }

    std::string name() const; ///< as the server calls itself
    bool offers(std::string_view keyword) const;

    mta::SmtpAnswer command(std::string_view line) { return wire_.command(line); }
    mta::SmtpAnswer answer() { return wire_.answer(); }
    void quit() { wire_.quit(); }

    int socket() const { return raw_.get(); }
    bool is_closed() const; ///< by the server; waits until it knows
    void send(std::string_view bytes);

private:
    Fd raw_; ///< a second handle, for what SmtpWire does not do
    mta::SmtpWire wire_;
    mta::SmtpAnswer greeting_;
    mta::SmtpAnswer hello_;
};

} // namespace mn::publish
