// What the extension of a list's address asks for: cats+subscribe-digest@example.org.
//
//   const Command command = parse_extension("confsub-digest-4k2…");
//   if (command.verb == Verb::confirm_subscribe) use(command.argument, command.subscription);
//
// Verbs are taken in any case, and those that mlmmj calls deprecated as well. Pure; any bytes go
// in, in linear time. An argument is visible ASCII without "/" and leading dot, at most 250 bytes;
// a token of ours in it is in lower case, whatever a server on the way made of it.
#pragma once

#include "list/subscribers.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mn::list
{

enum class Verb : std::uint8_t {
    post, ///< no extension
    subscribe,
    confirm_subscribe, ///< argument: token
    unsubscribe,
    confirm_unsubscribe, ///< argument: token; subscription: normal means every version
    bounce,              ///< argument: "N.TAG" or "digest.TAG", "N." when it has no tag, as mlmmj's
                         ///< have not; number: N; address: whose mail bounced, or ""
    bounce_confirmation, ///< argument: token of the confirmation that bounced
    bounce_probe,        ///< argument: token, "" in those of mlmmj; address
    bounce_other,        ///< of a help text and the like, or malformed: dropped
    release,             ///< argument: token
    reject,
    permit,
    obstruct,
    help,
    faq,
    get, ///< number
    list,
    owner,
    moderators, ///< replies to moderation requests that have lost their token: to the owner
    unknown,    ///< refused: 5.1.1
};

struct Command {
    Verb verb = Verb::unknown;
    std::string argument;
    std::string address;                              ///< lower case, "=" turned back into "@"
    Subscription subscription = Subscription::normal; ///< of the subscribe and confirm verbs
    std::uint64_t number = 0;
};

Command parse_extension(std::string_view extension);

} // namespace mn::list
