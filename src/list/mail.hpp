// What comes to a list and what it sends, and what everything that handles a list's mail has at
// hand.
#pragma once

#include "auth/dkim_sign.hpp"
#include "list/list.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

/// What is known of the author named in From, by our own Authentication-Results.
struct Standing {
    enum class Vouched : std::uint8_t {
        local,     ///< no results: written here, by an account that may use the address
        yes,       ///< DMARC passed
        no,        ///< DMARC failed
        unknown,   ///< the domain publishes nothing, and neither SPF nor DKIM is aligned with it
        weak,      ///< the domain publishes nothing, but SPF or DKIM is aligned with it
        temporary, ///< the DNS did not answer
    };
    Vouched vouched = Vouched::unknown;
    enum class Policy : std::uint8_t { none, quarantine, reject };
    Policy policy = Policy::none; ///< that the author's domain publishes
    bool dkim_holds = false;      ///< a signature aligned with From is good
};

/// A mail for the list.
struct Incoming {
    std::string_view message; ///< all of it, LF, without what pipe(8) has put on top
    std::string sender;       ///< envelope sender; empty: the null sender
    std::string extension;    ///< of the envelope recipient; empty: a post
    std::string queue_id;
    Standing standing;
    /// The one address of From, lower case; empty when there is none or more than one.
    std::string author;
};

/// A mail that the list sends.
struct Outgoing {
    std::string sender;                  ///< envelope
    std::vector<std::string> recipients; ///< at least one
    std::string message;                 ///< LF
    bool with_verp = false; ///< Postfix adds "-user=domain" to the sender, for each recipient
    bool is_signed = false; ///< nothing may be added to its header
};

/// Returns when Postfix has it. Throws Error 4.3.x.
using Send = std::function<void(const Outgoing&)>;

/// The keys that sign mail of a domain; none: it leaves unsigned. They live as long as the
/// function.
using KeysOf = std::function<std::vector<dkim::SigningKey>(const std::string& domain)>;

/// Directories with list texts, searched in this order after the list's own text/.
using TextDirectories = std::vector<std::string>;

struct Context {
    const List& list;
    const TextDirectories& texts;
    const Send& send;
    std::int64_t now;    ///< seconds since 1970
    KeysOf keys_of = {}; ///< empty: there are no keys at hand
};

} // namespace mn::list
