#include "list/rewrite.hpp"

#include "auth/tag_list.hpp"
#include "base/clock.hpp"
#include "base/date.hpp"
#include "base/text.hpp"
#include "list/archive_address.hpp"
#include "list/author_name.hpp"
#include "list/footer.hpp"
#include "list/notice.hpp"
#include "message/encoded_word.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace mn::list
{
namespace
{

/// Another list's would lead subscribers astray. [RFC2369 4]
constexpr auto list_field_names = std::to_array<std::string_view>(
    {"list-id", "list-post", "list-help", "list-subscribe", "list-unsubscribe",
     "list-unsubscribe-post", "list-owner", "list-archive"});

constexpr std::size_t good_line_length = 78; // [RFC5322 2.1.1]

bool begins_ignoring_case(std::string_view text, std::string_view beginning)
{
    return equal_ignoring_case(text.substr(0, beginning.size()), beginning);
}

/// The fields that signatures of this header cover, in lower case. [RFC6376 3.5]
std::set<std::string> signed_names(std::string_view header)
{
    std::set<std::string> names;
    for (const HeaderField& field : header_fields(header)) {
        if (!field.is("DKIM-Signature")) continue;
        const auto tags = TagList::parse(field.value);
        const auto list = tags ? tags->value("h") : std::nullopt;
        if (!list) continue;
        for (const std::string_view name : split_colons(*list))
            names.insert(lower(trim(name)));
    }
    return names;
}

/// The value of Subject, not trimmed, with the prefix before it; what is there stays as it is.
std::string with_prefix(const std::string& prefix, std::string_view old, std::string_view line_end)
{
    // The space between two encoded words is not shown. [RFC2047 6.2]
    const bool meets_word = encoded_words::encode(prefix) != prefix && trim(old).starts_with("=?");
    std::string first = encoded_words::encode(meets_word ? cat(prefix, " ") : prefix);
    const std::string_view first_line = old.substr(0, old.find_first_of("\r\n"));
    const bool is_long = first.size() + first_line.size() + 9 > good_line_length;
    if (is_long && !trim(first_line).empty()) first.append(line_end);
    if (!old.starts_with(' ') && !old.starts_with('\t')) first.append(" ");
    return first.append(old);
}

/// A header on its way to the subscribers.
class Header
{
public:
    Header(const List& list, std::string_view header)
        : list_(list), fields_(header_fields(header)), line_end_(line_end_of(header)),
          signed_(signed_names(header)), deleted_(list.lines("delheaders"))
    {
    }

    void add_custom_fields();
    void add_list_fields();
    void add_missing_fields();
    void add_archived_at();
    void add_reply_to();
    void add_prefix();
    void replace_author();

    bool has(std::string_view name) const;
    /// Has something changed that a signature covers?
    bool is_altered() const;
    std::string text() const;

private:
    void add(std::string_view name, std::string_view value);
    void add_text(std::string_view name, std::string_view text);
    bool is_removed(const HeaderField& field) const;
    void note_change(std::string_view name);

    const List& list_;
    std::vector<HeaderField> fields_;
    std::string_view line_end_;
    std::set<std::string> signed_;
    std::vector<std::string> deleted_; ///< control/delheaders
    std::string added_;
    std::set<std::string> replaced_; ///< names, in lower case
    std::set<std::string> custom_;   ///< names in control/customheaders
    std::string subject_;            ///< complete field in place of the one there is; "": as it is
    std::string from_;               ///< likewise
    bool is_altered_ = false;
};

void Header::note_change(std::string_view name)
{
    if (signed_.contains(lower(name))) is_altered_ = true;
}

bool Header::is_removed(const HeaderField& field) const
{
    if (field.is("From")) return false; // there is no mail without
    if (field.text.starts_with("From ") || field.is("Return-Path")) return true;
    return replaced_.contains(lower(field.name)) ||
           std::any_of(deleted_.begin(), deleted_.end(), [&](const std::string& beginning) {
               return begins_ignoring_case(field.text, beginning);
           });
}

bool Header::is_altered() const
{
    return is_altered_ ||
           std::any_of(fields_.begin(), fields_.end(), [&](const HeaderField& field) {
               return is_removed(field) && signed_.contains(lower(field.name));
           });
}

bool Header::has(std::string_view name) const
{
    return std::any_of(fields_.begin(), fields_.end(), [&](const HeaderField& field) {
        return field.is(name) && !is_removed(field);
    });
}

/// text: a complete field, with line end.
void Header::add_text(std::string_view name, std::string_view text)
{
    added_.append(text);
    note_change(name);
}

void Header::add(std::string_view name, std::string_view value)
{
    add_text(name, make_field(name, value, line_end_));
}

/// In place of those that are there.
void Header::add_custom_fields()
{
    const std::string text = list_.text("customheaders").value_or("");
    for (const HeaderField& field : header_fields(text)) {
        if (field.name.empty() || field.is("From")) continue;
        custom_.insert(lower(field.name));
        replaced_.insert(lower(field.name));
        add(field.name, trim(field.value));
    }
}

void Header::add_list_fields()
{
    replaced_.insert(list_field_names.begin(), list_field_names.end());
    replaced_.insert("precedence");
    const std::string ours = list_fields(list_);
    for (const HeaderField& field : header_fields(ours))
        if (!custom_.contains(lower(field.name))) add(field.name, trim(field.value));
    if (!custom_.contains("precedence")) add("Precedence", "list");
    add("X-Loop", list_.address().text());
}

/// Else Postfix would add them, after we have signed.
void Header::add_missing_fields()
{
    const std::int64_t time = now().seconds;
    if (!has("Message-ID")) add("Message-ID", new_message_id(list_, time));
    if (!has("Date")) add("Date", utc(time, "%a, %d %b %Y %H:%M:%S +0000"));
}

/// After everything that may change Message-ID. In place of another archive's: a list that sends
/// its posts on through ours has shown them there, and it is here where the answers will be.
void Header::add_archived_at()
{
    const std::string page = address_on_web(list_, text());
    if (page.empty() || custom_.contains("archived-at")) return;
    replaced_.insert("archived-at");
    add("Archived-At", cat("<", page, ">")); // [RFC5064 2.2]
}

void Header::add_reply_to()
{
    const std::string wanted = list_.line("replyto");
    if (custom_.contains("reply-to")) return;
    if (wanted == "list") {
        replaced_.insert("reply-to");
        add("Reply-To", list_.address().text());
    } else if (wanted == "author" && !has("Reply-To")) {
        for (const HeaderField& field : fields_)
            if (field.is("From"))
                return add_text("Reply-To", cat("Reply-To:", field.value, line_end_));
    }
}

void Header::add_prefix()
{
    const std::string prefix = list_.line("prefix");
    if (prefix.empty() || custom_.contains("subject")) return;
    const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const HeaderField& field) {
        return field.is("Subject") && !is_removed(field);
    });
    if (found == fields_.end()) return add("Subject", encoded_words::encode(prefix));
    const std::string_view old = found->value;
    if (unfolded(old).find(prefix) != std::string::npos ||
        encoded_words::decode(old).find(prefix) != std::string::npos)
        return;
    subject_ = cat("Subject: ", with_prefix(prefix, old, line_end_), line_end_);
    note_change("Subject");
}

/// The author stays known: answers go there, unless they go elsewhere already.
void Header::replace_author()
{
    for (const HeaderField& field : fields_) {
        if (!field.is("From")) continue;
        from_ = make_field("From", via_list(author_name(field.value), list_), line_end_);
        replaced_.insert("x-original-from");
        add_text("X-Original-From", cat("X-Original-From:", field.value, line_end_));
        const bool is_reply_free =
            !has("Reply-To") && !custom_.contains("reply-to") && !replaced_.contains("reply-to");
        if (is_reply_free && list_.line("replyto") != "author")
            add_text("Reply-To", cat("Reply-To:", field.value, line_end_));
        return;
    }
}

std::string Header::text() const
{
    std::string text;
    for (const HeaderField& field : fields_) {
        if (field.is("From") && !from_.empty())
            text.append(from_);
        else if (field.is("Subject") && !subject_.empty())
            text.append(subject_);
        else if (!is_removed(field))
            text.append(field.text);
    }
    if (!text.empty() && !text.ends_with('\n')) {
        // A bare CR at the very end must not become an empty line.
        while (text.ends_with('\r'))
            text.pop_back();
        if (!text.empty() && !text.ends_with('\n')) text.append(line_end_);
    }
    return text + added_;
}

bool must_replace_author(const List& list, const Standing& standing, bool is_altered)
{
    const std::string wanted = lower(list.line("from"));
    if (wanted == "keep") return false;
    if (wanted == "always") return true;
    return standing.policy != Standing::Policy::none && (is_altered || !standing.dkim_holds);
}

} // namespace

Rewritten rewrite(const List& list, const Incoming& mail)
{
    const MessageParts parts = split_message(mail.message);
    Header header(list, parts.header);
    header.add_custom_fields();
    header.add_list_fields();
    header.add_missing_fields();
    header.add_archived_at();
    header.add_reply_to();
    header.add_prefix();

    MessageText post{header.text(), std::string(parts.separator), std::string(parts.body)};
    const bool has_footer = add_footer(post, list.text("footer").value_or(""));
    Rewritten rewritten;
    rewritten.is_altered = has_footer || header.is_altered();
    rewritten.from_is_replaced = must_replace_author(list, mail.standing, rewritten.is_altered);
    if (rewritten.from_is_replaced) {
        rewritten.is_altered = true;
        header.replace_author();
        post = {header.text(), std::string(parts.separator), std::string(parts.body)};
        add_footer(post, list.text("footer").value_or(""));
    }
    rewritten.message = cat(post.header, post.separator, post.body);
    return rewritten;
}

} // namespace mn::list
