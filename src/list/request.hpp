// What people ask a list for by mail: subscribe, unsubscribe, confirm, help, release and the rest.
//
//   const Answer answer =
//       handle_request(context, incoming, parse_extension(incoming.extension), hooks);
//
// Changes are durable before anybody is told of them, and tokens are used up last: a request that
// ends in an Error or is killed can be handled again. Answers go to the author, as far as that is
// safe (answer_limit.hpp); what mail programs send by themselves confirms and decides nothing.
// Throws Error: 5.x for what is refused to the SMTP client, 4.x for trouble.
#pragma once

#include "list/extension.hpp"
#include "list/mail.hpp"
#include "list/postings.hpp"

namespace mn::list
{

/// One line for the log: what was asked, and what came of it.
struct Answer {
    std::string log;
};

/// command: anything but post and unknown. release needs a way to send the post: release_post.
struct RequestHooks {
    /// Archive and distribute a held post, by accept_post().
    std::function<void(const Posting&)> release_post;
};
Answer handle_request(const Context& context, const Incoming& mail, const Command& command,
                      const RequestHooks& hooks);

/// Subscribe somebody as mn-list-sub and the requests do: moderation (submod), then the files, then
/// the welcome and the notice to the owners, as the options ask for.
struct SubscribeOptions {
    std::string reason = "request"; ///< of the list texts: request, confirm, admin, permit. Who
                                    ///< is subscribed already is told so if he asked himself
    bool with_confirmation = false; ///< ask the address first
    bool with_welcome = true;
    bool with_moderation = true;
    bool with_owner_notice = true; ///< if control/notifysub
    /// Ask also before a subscription becomes one of another kind; mlmmj does not.
    bool confirms_switch = false;
};
/// Returns a line for the log. Throws Error 5.1.3 for what is no address, 5.7.1 for the list's own.
std::string subscribe(const Context& context, const std::string& address, Subscription wanted,
                      const SubscribeOptions& options);
struct UnsubscribeOptions {
    std::string reason = "request"; ///< request, confirm, admin, bouncing, oneclick
    bool with_confirmation = false;
    bool with_goodbye = true;
    bool with_owner_notice = true;
    /// One kind only: digest or nomail, as mlmmj's confunsub-digest-… asks; none: every one.
    Subscription only = Subscription::none;
};
std::string unsubscribe(const Context& context, const std::string& address,
                        const UnsubscribeOptions& options);

} // namespace mn::list
