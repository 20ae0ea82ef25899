// message/author: whatever the field, domains are domains, and certainty is one domain.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "message/author.hpp"
#include "message/header.hpp"

void fuzz(std::string_view input)
{
    const mn::MailboxList list = mn::parse_mailboxes(input);
    for (const mn::Mailbox& mailbox : list.mailboxes) {
        promise(!mailbox.domain.empty());
        promise(mailbox.domain.find_first_of("@<>,; \t\r\n()\"") == std::string::npos);
        promise(mailbox.domain == mn::lower(mailbox.domain));
        if (list.is_well_formed) promise(!mailbox.local.empty());
    }
    promise(list.mailboxes.size() <=
            static_cast<std::size_t>(std::count(input.begin(), input.end(), '@')));

    const mn::Author author = mn::author_of(mn::split_message(input).header);
    promise((author.kind == mn::Author::Kind::one_domain) == !author.domain.empty());
    if (!author.domain.empty())
        promise(author.domains.size() == 1 && author.domains[0] == author.domain);
    promise(author.domains.empty() == author.mailboxes.empty());
}
