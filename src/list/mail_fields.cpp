#include "list/mail_fields.hpp"

#include "base/text.hpp"
#include "list/notice.hpp"
#include "message/encoded_word.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <iterator>

namespace mn::list
{
namespace
{

bool is_plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c == '\n' || c == '\t' || (c >= ' ' && c <= '~'); });
}

/// A text cannot give these: they are made on the way, or say who gets the mail.
bool is_refused(std::string_view name)
{
    static constexpr std::string_view refused[] = {
        "bcc", "return-path", "received", "dkim-signature", "auto-submitted", "x-loop"};
    return std::find(std::begin(refused), std::end(refused), lower(name)) != std::end(refused);
}

} // namespace

void MailFields::add(std::string_view name, std::string_view value)
{
    text_ += make_field(name, value, "\n");
    names_.push_back(lower(name));
}

void MailFields::add_missing(std::string_view name, std::string_view value)
{
    if (!has(name) && !value.empty()) add(name, value);
}

bool MailFields::has(std::string_view name) const
{
    return std::find(names_.begin(), names_.end(), lower(name)) != names_.end();
}

std::string_view MailFields::take(std::string_view text)
{
    const MessageParts parts = split_message(text);
    for (const HeaderField& field : header_fields(parts.header)) {
        // A text without a header: it all is body.
        if (field.name.empty())
            return text.substr(static_cast<std::size_t>(field.text.data() - text.data()));
        if (is_refused(field.name) || has(field.name)) continue;
        if (field.is("Subject") || !is_plain(field.value))
            add(field.name, encoded_words::encode(encoded_words::decode(field.value)));
        else
            add(field.name, trim(field.value));
    }
    return parts.body;
}

void MailFields::add_list_fields(const List& list)
{
    const std::string all = list_fields(list);
    for (const HeaderField& field : header_fields(all))
        if (!has(field.name)) add(field.name, trim(field.value));
}

} // namespace mn::list
