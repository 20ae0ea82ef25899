// auth/tag_list: a list that was read, written again, is the same list.
#include "fuzz.hpp"

#include "auth/dkim_key.hpp"
#include "auth/tag_list.hpp"
#include "base/text.hpp"

void fuzz(std::string_view input)
{
    (void)mn::dkim::parse_key_record(input, mn::crypto::Algorithm::rsa);
    (void)mn::dkim::parse_key_record(input, mn::crypto::Algorithm::ed25519);
    const auto tags = mn::TagList::parse(input);
    if (!tags) return;
    promise(!tags->tags().empty() && tags->tags().size() <= mn::TagList::max_tags);
    std::string text;
    for (const mn::Tag& tag : tags->tags()) {
        promise(tags->find(tag.name) == &tag);
        promise(tag.raw.find(tag.value) != std::string_view::npos);
        text.append(mn::cat(tag.name, "=", tag.raw, ";"));
    }
    const auto again = mn::TagList::parse(text);
    promise(again && again->tags().size() == tags->tags().size());
    for (const mn::Tag& tag : tags->tags())
        promise(again->value(tag.name) == tag.value);
}
