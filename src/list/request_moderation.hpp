// What moderators and gatekeepers decide about what is held, by mail (request.hpp) or with
// mn-list-mod(1). Each takes the HeldLock, so that two of them never decide about the same thing.
//
//   if (!reject_held(context, token, "Please write to the other list.")) tell("not found");
//
// Throws Error 4.3.x; what was held is then held still.
#pragma once

#include "list/request.hpp"

#include <optional>
#include <string>

namespace mn::list
{

/// command: release, reject, permit or obstruct. Returns a line for the log.
std::string decide_held(const Context& context, const Incoming& mail, const Command& command,
                        const RequestHooks& hooks);

/// Send a held post on, then forget it; false: there is none. An earlier try that was interrupted
/// is continued, for the identity of the post is the same.
bool release_held(const Context& context, const std::string& token, const RequestHooks& hooks);

/// Subscribe who waits for it; nothing: nobody does. A line for the log.
std::optional<std::string> permit_held(const Context& context, const std::string& token);

/// Forget a held post; false: there is none. reason: told to the author; empty: he hears nothing.
/// Throws Error 5.1.3 when there is a reason but nobody who could be told.
bool reject_held(const Context& context, const std::string& token, const std::string& reason);

/// Forget who waits to be subscribed; false: nobody does.
bool obstruct_held(const Context& context, const std::string& token);

} // namespace mn::list
