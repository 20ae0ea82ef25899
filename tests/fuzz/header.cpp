// message/header: the parts of a message are the message, and removing a field removes it.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "message/header.hpp"

void fuzz(std::string_view input)
{
    const std::string name(take_argument(input));
    const mn::MessageParts parts = mn::split_message(input);
    promise(mn::cat(parts.header, parts.separator, parts.body) == input);
    std::string joined;
    for (const mn::HeaderField& field : mn::header_fields(parts.header)) {
        joined.append(field.text);
        promise(mn::unfolded(field.value).find('\n') == std::string::npos);
    }
    promise(joined == parts.header);
    if (name.empty()) return;
    const std::string without = mn::remove_fields(parts.header, name);
    promise(without.size() <= parts.header.size());
    promise(!mn::find_field(without, name));
}
