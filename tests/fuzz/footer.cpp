// list/footer: whatever the post, what was there before stays, and the header stays a header.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "list/author_name.hpp"
#include "list/footer.hpp"
#include "message/header.hpp"

void fuzz(std::string_view input)
{
    const mn::MessageParts parts = mn::split_message(input);
    for (const std::string_view footer : {"bye\n", "tsch\xc3\xbcss, a=b"}) {
        mn::list::MessageText post{std::string(parts.header), std::string(parts.separator),
                                   std::string(parts.body)};
        if (!mn::list::add_footer(post, footer)) {
            promise(mn::cat(post.header, post.separator, post.body) == input);
            continue;
        }
        const std::string out = mn::cat(post.header, post.separator, post.body);
        const mn::MessageParts again = mn::split_message(out);
        promise(again.header == post.header);
        promise(again.separator == post.separator);
        promise(out.size() > input.size() / 2);
    }
    for (const mn::HeaderField& field : mn::header_fields(parts.header)) {
        const std::string name = mn::list::author_name(field.value);
        promise(name.size() <= 100);
        for (const char c : name)
            promise(!mn::is_control(c));
    }
}
