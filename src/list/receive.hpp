// A mail for a list, from its arrival to what becomes of it: sent, held, denied, discarded, or a
// request that is answered. The envelope recipient alone decides what it is.
//
//   Incoming mail = incoming(list, message, {sender, recipient, queue_id});
//   const std::string log = receive(context, mail, settings);
//
// May be called again with the same mail, after a kill or an Error: nothing is done twice but, at
// worst, one batch of recipients and one notice. Throws Error: 5.x for what is refused to the SMTP
// client, 4.x for trouble.
#pragma once

#include "list/mail.hpp"
#include "list/postings.hpp"
#include "list/rewrite.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

struct ReceiveSettings {
    std::vector<std::string> hosted_domains; ///< see decide() in post.hpp
    /// The post made ready to leave: signed and sealed. Empty: it leaves as it is.
    std::function<std::string(const Incoming& mail, const Rewritten& post)> finish;
};

struct IncomingEnvelope {
    std::string sender;
    std::string recipient;
    std::string queue_id;
};

/// message: must outlive what is returned; a "From " line and Return-Path on top are left out.
/// Standing is left to the caller. Throws Error 5.1.1 when the recipient is no address of the list.
Incoming incoming(const List& list, std::string_view message, const IncomingEnvelope& envelope);

/// A line for the log.
std::string receive(const Context& context, const Incoming& mail, const ReceiveSettings& settings);

} // namespace mn::list
