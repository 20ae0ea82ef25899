// Is this message ours to sign, and may this user write in that name?
//
//   const SigningDecision decision = decide(author_of(header), {.login = login, …}, settings);
//
// Nothing that came from outside is signed just because it passes: a signature of ours says that
// one of our users wrote it.
#pragma once

#include "message/author.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::auth
{

/// What is known of a message beside its header.
struct Origin {
    std::string login = {};    ///< SASL login; empty without
    bool is_by_hand = false;   ///< somebody pipes it through the filter, and knows what he does
    bool has_received = false; ///< a Received field: it came from elsewhere
};

struct SigningSettings {
    std::vector<std::string> domains; ///< ours, lower case; empty: every domain that has keys
    bool with_parents = false;        ///< a domain below one of ours is ours as well
    std::function<bool(std::string_view domain)> has_keys;
    /// May this login use this address? Empty: any.
    std::function<bool(std::string_view login, std::string_view address)> may_send;
};

struct SigningDecision {
    enum class Action : std::uint8_t { sign, pass, refuse };
    Action action = Action::pass;
    std::string domain;  ///< sign: d=, the author's domain or one above it
    std::string reason;  ///< pass, refuse: for the log and the sender
    bool is_odd = false; ///< pass: the postmaster should know, for mail of ours leaves unsigned
};

SigningDecision decide(const Author& author, const Origin& origin, const SigningSettings& settings);

/// Is there a signature of this domain and selector already, at least by the look of it?
bool is_signed_by(std::string_view header, std::string_view domain, std::string_view selector,
                  std::int64_t now);

} // namespace mn::auth
