// Who wrote this? The addresses of a From field, read as strictly as a decision about trust needs.
//
//   const Author author = author_of(header);
//   if (author.kind == Author::Kind::one_domain) use(author.domain);
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mn
{

/// The mailboxes of an address list [RFC5322 3.4]: comments, quoted strings, groups, routes and
/// obsolete forms understood, 8-bit names taken [RFC6532 3.2].
struct Mailbox {
    std::string local;  ///< unquoted
    std::string domain; ///< lower case; a literal keeps its brackets
};

/// Everything that can be read as an address, in order; is_well_formed tells whether there was
/// anything else.
struct MailboxList {
    std::vector<Mailbox> mailboxes;
    bool is_well_formed = true;
};
MailboxList parse_mailboxes(std::string_view value);

struct Author {
    enum class Kind {
        one_domain, ///< one From field, every address in the same domain
        missing,    ///< no From field, or no address in it
        several,    ///< several From fields, or several domains in one
        malformed,  ///< one From field that cannot be read with certainty
    };
    Kind kind = Kind::missing;
    std::string domain;               ///< one_domain: lower case
    std::vector<Mailbox> mailboxes;   ///< whatever could be read
    std::vector<std::string> domains; ///< each once: what a careful receiver checks
};

/// header: all fields of the message.
Author author_of(std::string_view header);

} // namespace mn
