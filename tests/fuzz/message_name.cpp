// store/message_name: any queue id that is let in gives a name that any Maildir can hold.
#include "fuzz.hpp"

#include "store/message_name.hpp"

void fuzz(std::string_view input)
{
    const auto arrival = mn::store::arrival_time(input);
    if (arrival)
        promise(arrival->seconds >= 0 && arrival->microseconds >= 0 &&
                arrival->microseconds < 1000000);
    if (!mn::store::is_queue_id(input)) return;
    const mn::store::MessageFacts facts{input.size(), input.size() * 2, 0x0123456789abcdef};
    const std::string name = mn::store::message_name(input, facts);
    promise(name.size() < 255);
    promise(name.find_first_of(std::string_view("/:\0\n ", 5)) == std::string::npos);
    promise(name.front() != '.');
    promise(name.find("." + mn::store::delivery_mark(input, facts) + ".") != std::string::npos);
    if (arrival) promise(name == mn::store::message_name(input, facts));
}
