#include "archive/article_header.hpp"

#include "archive/clean_text.hpp"
#include "base/text.hpp"
#include "list/archive_address.hpp"
#include "list/author_name.hpp"
#include "message/any_text.hpp"
#include "message/author.hpp"
#include "message/encoded_word.hpp"
#include "message/header.hpp"
#include "message/mail_date.hpp"
#include "message/message_key.hpp"

#include <algorithm>
#include <iterator>

namespace mn::archive
{
namespace
{

constexpr std::size_t max_line = 998;
constexpr std::size_t max_name = 100;
constexpr std::size_t max_field = 65536; ///< bytes of a field that are looked at
constexpr std::size_t max_references = 100;
constexpr std::size_t max_from = 2000; ///< bytes of a field with authors; reading names is slow
constexpr std::int64_t one_day = 86400;

/// The fields that are looked at; raw values, of each the topmost.
struct Fields {
    std::optional<std::string_view> subject;
    std::optional<std::string_view> from;
    std::optional<std::string_view> original_from;
    std::optional<std::string_view> date;
    std::optional<std::string_view> received;
    std::optional<std::string_view> references;
    std::optional<std::string_view> in_reply_to;
};

void look(const HeaderField& field, Fields& fields)
{
    struct Wanted {
        std::string_view name;
        std::optional<std::string_view> Fields::*value;
    };
    static constexpr Wanted wanted[] = {{"Subject", &Fields::subject},
                                        {"From", &Fields::from},
                                        {"X-Original-From", &Fields::original_from},
                                        {"Date", &Fields::date},
                                        {"Received", &Fields::received},
                                        {"References", &Fields::references},
                                        {"In-Reply-To", &Fields::in_reply_to}};
    const std::string_view value = field.value.substr(0, max_field);
    for (const Wanted& one : wanted)
        if (!(fields.*one.value) && field.is(one.name)) fields.*one.value = value;
}

Fields fields_of(std::string_view header)
{
    Fields fields;
    for (const HeaderField& field : header_fields(header))
        if (!field.name.empty()) look(field, fields);
    return fields;
}

/// Text that is not encoded is in whatever alphabet its sender had.
std::string line_of(std::string_view value, std::size_t max_bytes)
{
    const std::string text = any_text("", value);
    return clean_line(encoded_words::decode(text), max_bytes);
}

/// Message-IDs between brackets, as message_id_of() takes them; many only of a hostile message: the
/// first and the newest then.
std::vector<std::string> ids_in(std::string_view value)
{
    const std::string line = unfolded(value);
    std::vector<std::string> ids;
    for (std::size_t open = line.find('<'); open != std::string::npos;
         open = line.find('<', open)) {
        const std::size_t close = line.find('>', open);
        if (close == std::string::npos) break;
        const std::string_view id = trim(std::string_view(line).substr(open + 1, close - open - 1));
        open = close;
        if (!id.empty() && id.size() <= max_line && std::none_of(id.begin(), id.end(), is_control))
            ids.emplace_back(id);
    }
    if (ids.size() > max_references)
        ids.erase(ids.begin() + 1, ids.end() - static_cast<std::ptrdiff_t>(max_references - 1));
    return ids;
}

/// [RFC5322 3.6.4]
std::vector<std::string> references_of(const Fields& fields, std::string_view own_id)
{
    std::vector<std::string> ids;
    if (fields.references) ids = ids_in(*fields.references);
    if (ids.empty() && fields.in_reply_to) ids = ids_in(*fields.in_reply_to);
    std::erase(ids, own_id);
    return ids;
}

std::optional<std::int64_t> date_of(const Fields& fields)
{
    const auto date = fields.date ? mail_date(*fields.date) : std::nullopt;
    const auto received = fields.received ? received_date(*fields.received) : std::nullopt;
    if (!date || (received && *date > *received + one_day)) return received;
    return date;
}

/// The field that names the author: a list may write in its own name, "Ann via cats", and says of
/// whom.
std::string_view author_field(const Fields& fields)
{
    const std::string_view from = fields.from.value_or("");
    const bool is_list = from.find(" via ") != std::string_view::npos;
    return is_list && fields.original_from ? *fields.original_from : from;
}

void read_author(const Fields& fields, Article& article)
{
    const std::string value = any_text("", author_field(fields).substr(0, max_from));
    const MailboxList list = parse_mailboxes(value);
    std::string local;
    if (!list.mailboxes.empty()) {
        const Mailbox& first = list.mailboxes.front();
        local = clean_line(first.local, max_line);
        article.author_address = clean_line(cat(first.local, "@", first.domain), max_line);
    }
    article.author = clean_line(list::author_name(value), max_name);
    // That function takes the address for want of a name.
    if (article.author == cut(local, max_name)) article.author.clear();
    if (list.mailboxes.empty() && article.author.empty())
        article.author = clean_line(encoded_words::decode(value), max_name);
}

} // namespace

void read_header(std::string_view header, Article& article)
{
    const Fields fields = fields_of(header);
    article.id = message_id_of(header);
    article.references = references_of(fields, article.id);
    article.subject = line_of(fields.subject.value_or(""), max_line);
    article.date = date_of(fields);
    article.is_for_web = !list::refuses_archive(header);
    read_author(fields, article);
}

std::string title_of(std::string_view header)
{
    Article article;
    const Fields fields = fields_of(header);
    read_author(fields, article);
    const std::string subject = line_of(fields.subject.value_or(""), max_line);
    const std::string& author = article.author.empty() ? article.author_address : article.author;
    if (subject.empty() || author.empty()) return cat(subject, author);
    return cat(subject, ", by ", author);
}

} // namespace mn::archive
