// Send one message on to an address elsewhere, so that it still passes there: a new envelope sender
// (SRS), a seal (ARC) over what we found out about it, and not a byte of the message changed.
//
//   mta::PassThrough message(STDIN_FILENO);
//   std::string answer = forward_message(message, {sender, recipient}, settings, resolver);
//
// The message goes to our own Postfix by SMTP, on a port where nothing is signed or judged again.
#pragma once

#include "auth/arc.hpp"
#include "base/upstream.hpp"
#include "crypto/key.hpp"
#include "dns/resolver.hpp"
#include "forward/envelope.hpp"
#include "mta/pass_through.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mn::forward
{

enum class OnDmarcFailure : std::uint8_t {
    refuse,  ///< 5.7.1
    forward, ///< as if nothing were wrong
    file,    ///< to an address of ours instead, envelope sender unchanged
};

struct Settings {
    std::vector<std::string> secrets; ///< for SRS: the first signs, all verify
    std::string domain;               ///< ours: of the new envelope senders
    std::string authserv_id;          ///< ours; empty: no results are trusted
    std::string host_name;            ///< for EHLO
    std::string server;               ///< IP address of our Postfix
    std::uint16_t port = 0;
    OnDmarcFailure on_dmarc_failure = OnDmarcFailure::refuse;
    std::string file_address;           ///< OnDmarcFailure::file
    dkim::SigningKey key;               ///< without a key nothing is sealed
    const Upstream* upstream = nullptr; ///< who must be alive still at the end of the message

    /// "127.0.0.1:10026" or "[::1]:10026". Throws UsageError.
    void set_server(std::string_view text);

    /// "refuse", "forward" or an address. Throws UsageError.
    void set_dmarc_action(const std::string& text);
};

/// Reads the rest of the message. Returns the server's answer, once it has the message. Throws
/// Error: what next_envelope() and refuse_loop() throw, 5.7.1 for a failed DMARC check, the
/// server's refusals, 4.3.0 when the input was cut off.
std::string forward_message(mta::PassThrough& message, const Envelope& envelope,
                            const Settings& settings, dns::Resolver& resolver);

} // namespace mn::forward
