#include "list/notice.hpp"

#include "base/date.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "list/archive_address.hpp"
#include "list/mail_fields.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

/// "<left@right>" and nothing else.
bool is_message_id(std::string_view text)
{
    const auto is_safe = [](char c) { return c > ' ' && c <= '~' && c != '<' && c != '>'; };
    return text.size() > 4 && text.size() < 900 && text.front() == '<' && text.back() == '>' &&
           std::all_of(text.begin() + 1, text.end() - 1, is_safe);
}

/// The address in a mailto: link. [RFC6068 2]
std::string in_link(std::string_view address)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string link = "<mailto:";
    for (const char c : address) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') ||
                              std::string_view("-._~!$'*+@").find(c) != std::string_view::npos;
        if (is_plain)
            link += c;
        else
            link += {'%', digits[byte >> 4], digits[byte & 15U]};
    }
    return link + ">";
}

void add_standard_fields(MailFields& fields, const Context& context, const Notice& notice)
{
    const List& list = context.list;
    fields.add_missing("From", notice.from.empty() ? list.address_for("help") : notice.from);
    fields.add_missing("To", notice.to);
    fields.add_missing("Message-ID", new_message_id(list, context.now));
    fields.add_missing("Date", date_value(context.now));
    fields.add_missing("Subject", cat("About the mailing list ", list.address().text()));
    if (!fields.has("Content-Type")) fields.add("Content-Type", "text/plain; charset=utf-8");
    fields.add_missing("MIME-Version", "1.0");
    fields.add_missing("Content-Transfer-Encoding", "8bit");
    fields.add_missing("Reply-To", notice.reply_to);
    if (is_message_id(notice.in_reply_to)) {
        fields.add_missing("In-Reply-To", notice.in_reply_to);
        fields.add_missing("References", notice.in_reply_to);
    }
    fields.add("Auto-Submitted", notice.is_reply ? "auto-replied" : "auto-generated");
    fields.add("X-Loop", list.address().text());
}

} // namespace

std::string compose_notice(const Context& context, Notice notice)
{
    notice.values.list = &context.list;
    notice.values.directories = &context.texts;
    notice.values.occasion = notice.occasion;
    const auto text = find_text(context.list, context.texts, notice.occasion);
    if (!text)
        throw Error("4.3.5", "the mailing list is not set up completely",
                    cat("no list text for ", notice.occasion.purpose, "-", notice.occasion.action,
                        "-", notice.occasion.reason, "-", notice.occasion.type, " of ",
                        context.list.directory(), "."));
    const std::string expanded = expand(*text, notice.values);
    MailFields fields;
    const std::string_view body = fields.take(expanded);
    add_standard_fields(fields, context, notice);
    fields.add_list_fields(context.list);
    return cat(fields.text(), "\n", body);
}

std::string new_message_id(const List& list, std::int64_t now)
{
    return cat("<", std::to_string(now), ".", hex(random_bits()), ".", list.address().text(), ">");
}

std::string date_value(std::int64_t now)
{
    return utc(now, "%a, %d %b %Y %H:%M:%S +0000");
}

std::string list_fields(const List& list)
{
    std::string fields;
    const auto add = [&](std::string_view name, std::string_view value) {
        fields += make_field(name, value, "\n");
    };
    const auto command = [&](std::string_view extension) {
        return in_link(list.address_for(extension));
    };
    const Address& address = list.address();
    const bool is_closed = list.flag("closedlist");
    add("List-Id", cat("<", address.local, ".", address.domain, ">"));
    add("List-Post", list.flag("modonlypost") ? "NO" : command(""));
    add("List-Help", command("help"));
    if (!is_closed && !list.flag("closedlistsub")) add("List-Subscribe", command("subscribe"));
    if (!is_closed) add("List-Unsubscribe", command("unsubscribe"));
    add("List-Owner", command("owner"));
    if (const std::string url = list.line("archiveurl"); is_web_address(url))
        add("List-Archive", cat("<", url, ">"));
    return fields;
}

} // namespace mn::list
