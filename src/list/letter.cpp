#include "list/letter.hpp"

#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

constexpr std::size_t max_message_id = 250;

/// Names that texts made for old versions of mlmmj use.
void add_deprecated(const List& list, std::map<std::string, std::string, std::less<>>& values)
{
    values.emplace("listaddr", list.address_for(""));
    values.emplace("listowner", list.address_for("owner"));
    values.emplace("helpaddr", list.address_for("help"));
    values.emplace("faqaddr", list.address_for("faq"));
    values.emplace("listgetN", list.address_for("get-N"));
    values.emplace("listsubaddr", list.address_for("subscribe"));
    values.emplace("listunsubaddr", list.address_for("unsubscribe"));
    values.emplace("digestsubaddr", list.address_for("subscribe-digest"));
    values.emplace("digestunsubaddr", list.address_for("unsubscribe-digest"));
    values.emplace("nomailsubaddr", list.address_for("subscribe-nomail"));
    values.emplace("nomailunsubaddr", list.address_for("unsubscribe-nomail"));
}

} // namespace

void Letter::add_names(const std::string& name, const std::vector<std::string>& items)
{
    std::string joined;
    for (const std::string& item : items)
        joined.append(cat(joined.empty() ? "" : "\n", item));
    values().emplace("moderators", joined);
    notice.values.sources[name] = [items](const std::function<void(std::string_view)>& use) {
        for (const std::string& item : items)
            use(item);
    };
}

void send_letter(const Context& context, Letter letter)
{
    if (letter.recipients.empty() && letter.notice.to.empty()) return;
    if (letter.recipients.empty()) letter.recipients.push_back(letter.notice.to);
    add_deprecated(context.list, letter.values());
    Outgoing mail;
    mail.sender = context.list.address_for(letter.sender_extension);
    mail.recipients = std::move(letter.recipients);
    mail.message = compose_notice(context, std::move(letter.notice));
    context.send(mail);
}

std::string moderators_name(const List& list)
{
    return cat(list.address().local, "-moderators@", list.address().domain);
}

std::string message_id_of(std::string_view message)
{
    const auto field = find_field(split_message(message).header, "Message-ID");
    if (!field) return "";
    std::string id = unfolded(field->value);
    const bool is_good =
        id.size() >= 3 && id.size() <= max_message_id && id.front() == '<' && id.back() == '>' &&
        std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    return is_good ? id : "";
}

} // namespace mn::list
