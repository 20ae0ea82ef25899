// Who may send as whom: the table that alias_tables.hpp writes for Postfix, "address login,login".
//
//   const SenderLogins logins("/etc/postfix/senders");
//   if (!logins.may_send("ann@example.org", "info@example.org")) …
//
// The file is opened once and read from its beginning for each question, so that a table of a
// million lines costs no memory and no time before there is a question.
#pragma once

#include "base/fd.hpp"

#include <string>
#include <string_view>

namespace mn::config
{

class SenderLogins
{
public:
    /// Throws Error when the file cannot be opened.
    explicit SenderLogins(const std::string& path);

    /// As Postfix decides for the envelope sender: the entry for the address counts, or else the
    /// one without its "+detail", or else the one for "@domain". Case does not matter. Throws
    /// Error when the file cannot be read.
    bool may_send(std::string_view login, std::string_view address) const;

private:
    std::string path_;
    Fd file_;
};

} // namespace mn::config
