// list/dsn: whatever comes back is weighed; what a report says is bounded and part of the message.
#include "fuzz.hpp"

#include "list/dsn.hpp"
#include "list/mailer_words.hpp"

using namespace mn::list;

void fuzz(std::string_view input)
{
    const auto report = parse_dsn(input);
    if (report) {
        promise(report->recipients.size() <= 100);
        for (const DsnRecipient& recipient : report->recipients) {
            promise(recipient.final_recipient.size() <= 1000);
            promise(recipient.diagnostic.size() <= 1000);
            promise(recipient.status.size() <= 9);
            promise(recipient.final_recipient.find('\n') == std::string::npos);
            promise(recipient.status.find_first_not_of("0123456789.") == std::string::npos);
            promise(recipient.action == "failed" || recipient.action.empty() ||
                    weigh(recipient) == BounceWeight::none);
        }
    }
    promise(mailer_words(input).size() <= std::size_t{1} << 16);
    // What is no bounce never weighs anything.
    promise(looks_like_bounce(input) || weigh_bounce(input) == BounceWeight::none);
}
