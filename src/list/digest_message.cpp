#include "list/digest_message.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "list/digest.hpp"
#include "list/mail_fields.hpp"
#include "list/notice.hpp"
#include "list/text.hpp"
#include "list/topics.hpp"
#include "message/header.hpp"
#include "message/mime.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <sys/stat.h>

namespace mn::list
{
namespace
{

std::string path_of_post(const List& list, std::uint64_t number)
{
    return list.path(cat("archive/", std::to_string(number)));
}

/// Bytes; nothing when it is not there.
std::optional<std::size_t> size_of_post(const List& list, std::uint64_t number)
{
    struct stat status = {};
    if (::stat(path_of_post(list, number).c_str(), &status) != 0 || !S_ISREG(status.st_mode))
        return std::nullopt;
    return static_cast<std::size_t>(status.st_size);
}

struct Posts {
    Topics topics;
    std::deque<std::string> messages; ///< a deque, for the parts are views of them
    std::vector<mime::Part> parts;
};

Posts read_posts(const List& list, std::uint64_t first, std::uint64_t last)
{
    Posts posts;
    for (std::uint64_t number = first; number <= last; ++number) {
        const auto size = size_of_post(list, number);
        if (!size) continue;
        const std::string name = std::to_string(number);
        if (*size > max_digest) {
            posts.topics.add(number, "",
                             cat(" (too large: ", list.address_for("get-" + name), ")"));
            continue;
        }
        posts.messages.push_back(read_file(path_of_post(list, number), max_digest));
        const std::string_view message = posts.messages.back();
        posts.topics.add(number, split_message(message).header);
        posts.parts.push_back({.type = "message/rfc822",
                               .disposition = cat("inline; filename=\"post_", name, ".eml\""),
                               .body = message});
    }
    return posts;
}

/// The list text "digest": a Subject and what stands above the posts.
std::string text_of_digest(const Context& context, const Topics& topics, std::uint64_t first,
                           std::uint64_t last, std::uint64_t issue)
{
    TextValues values;
    values.list = &context.list;
    values.directories = &context.texts;
    values.occasion.purpose = "digest";
    const std::string from = std::to_string(first);
    const std::string to = std::to_string(last);
    values.values = {{"digestfirst", from},
                     {"digestlast", to},
                     {"digestissue", std::to_string(issue)},
                     {"digestinterval", first == last ? from : cat(from, "-", to)}};
    values.sources["digestthreads"] = [&topics](const std::function<void(std::string_view)>& use) {
        topics.for_each(use);
    };
    const auto text = find_text(context.list, context.texts, values.occasion);
    if (!text)
        throw Error("4.3.5", "the mailing list is not set up completely",
                    cat("no list text digest of ", context.list.directory(), "."));
    return expand(*text, values);
}

MailFields fields_of_digest(const Context& context, std::string_view subject)
{
    const List& list = context.list;
    MailFields fields;
    fields.add_missing("Subject", subject);
    fields.add("From", list.address_for("help"));
    fields.add("To", list.address().text());
    fields.add("Date", date_value(context.now));
    fields.add("Message-ID", new_message_id(list, context.now));
    fields.add("Auto-Submitted", "auto-generated");
    fields.add("X-Loop", list.address().text());
    return fields;
}

/// What the owner wants in every mail; nothing that says how this one is made.
void add_custom_fields(MailFields& fields, const List& list)
{
    const std::string custom = cat(list.text("customheaders").value_or(""), "\n\n");
    MailFields wanted;
    wanted.take(custom);
    for (const HeaderField& field : header_fields(wanted.text()))
        if (!fields.has(field.name) && !lower(field.name).starts_with("content-") &&
            !field.is("MIME-Version"))
            fields.add(field.name, trim(field.value));
    fields.add_list_fields(list);
}

} // namespace

std::uint64_t max_posts_in_digest(const List& list)
{
    return std::clamp<std::uint64_t>(list.number("digestmaxmails"), 1, 10'000);
}

bool has_posts(const List& list, std::uint64_t first, std::uint64_t last)
{
    for (std::uint64_t number = first; number <= last; ++number)
        if (size_of_post(list, number)) return true;
    return false;
}

std::uint64_t last_that_fits(const List& list, std::uint64_t first, std::uint64_t wanted)
{
    std::size_t size = 0;
    std::uint64_t last = first;
    for (std::uint64_t number = first; number <= wanted; ++number) {
        const std::size_t more = size_of_post(list, number).value_or(0);
        if (more <= max_digest) size += more;
        if (size > max_digest && number > first) break;
        last = number;
    }
    return last;
}

std::string compose_digest(const Context& context, std::uint64_t first, std::uint64_t last,
                           std::uint64_t issue)
{
    const Posts posts = read_posts(context.list, first, last);
    const std::string expanded = text_of_digest(context, posts.topics, first, last, issue);
    MailFields of_text;
    const std::string text(of_text.take(expanded));
    const auto subject = find_field(of_text.text(), "Subject");
    MailFields fields = fields_of_digest(context, subject ? trim(subject->value) : "Digest");
    add_custom_fields(fields, context.list);

    mime::Part whole = {.type = "multipart/mixed"};
    if (!context.list.flag("nodigesttext") || posts.parts.empty())
        whole.parts.push_back({.type = "text/plain; charset=utf-8", .body = text});
    if (!posts.parts.empty())
        whole.parts.push_back({.type = "multipart/digest", .parts = posts.parts});
    return cat(fields.text(), mime::compose(whole));
}

} // namespace mn::list
