#include "list/receive.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "list/answer_limit.hpp"
#include "list/extension.hpp"
#include "list/held.hpp"
#include "list/letter.hpp"
#include "list/post.hpp"
#include "list/request.hpp"
#include "list/spool.hpp"
#include "message/author.hpp"
#include "message/encoded_word.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

/// Fit to stand in a field and in an envelope as it is.
bool is_simple_local_part(std::string_view local)
{
    return !local.empty() && std::all_of(local.begin(), local.end(), [](char c) {
        return c > ' ' && c < '\x7f' &&
               std::string_view("\"(),:;<>@[\\]").find(c) == std::string_view::npos;
    });
}

std::string single_author(std::string_view header)
{
    const Author author = author_of(header);
    if (author.kind != Author::Kind::one_domain || author.mailboxes.size() != 1) return "";
    const Mailbox& mailbox = author.mailboxes.front();
    if (!is_simple_local_part(mailbox.local)) return "";
    return cat(lower(mailbox.local), "@", mailbox.domain);
}

/// pipe(8) puts them on top if its flags say so; they are no part of the message.
std::string_view without_envelope_lines(std::string_view message)
{
    if (message.starts_with("From "))
        message.remove_prefix(std::min(message.find('\n'), message.size() - 1) + 1);
    const auto fields = header_fields(split_message(message.substr(0, 4096)).header);
    if (!fields.empty() && fields.front().is("Return-Path"))
        message.remove_prefix(fields.front().text.size());
    return message;
}

/// One post on its way.
class Reception
{
public:
    Reception(const Context& context, const Incoming& mail, const ReceiveSettings& settings)
        : context_(context), list_(context.list), mail_(mail), settings_(settings),
          identity_(post_identity(mail.queue_id, mail.message))
    {
    }

    std::string post();

private:
    Posting finished(const Rewritten& post) const;
    std::string omitted() const;
    std::string send(const Rewritten& post);
    std::string hold(const Rewritten& post, const Decision& decision);
    std::string deny(const Decision& decision);
    std::string discard(const Decision& decision);
    std::string ask_moderators(const std::string& token, const std::string& message,
                               const std::string& reason);
    void tell_to_wait(const std::vector<std::string>& moderators, const std::string& reason);
    Letter letter_about_post(const std::string& to, Occasion occasion) const;

    const Context& context_;
    const List& list_;
    const Incoming& mail_;
    const ReceiveSettings& settings_;
    std::string identity_;
};

Posting Reception::finished(const Rewritten& post) const
{
    Posting posting{settings_.finish ? settings_.finish(mail_, post) : post.message, identity_,
                    omitted()};
    // Signatures and seal are put on top, and nothing else changes.
    if (posting.message.ends_with(post.message))
        posting.signed_bytes = posting.message.size() - post.message.size();
    return posting;
}

std::string Reception::omitted() const
{
    return list_.flag("notmetoo") ? mail_.author : "";
}

std::string Reception::send(const Rewritten& post)
{
    const PostingResult result = accept_post(context_, finished(post));
    return cat("post ", std::to_string(result.number), " by ", printable(mail_.author),
               result.was_done ? " was sent before"
                               : cat(" sent to ", std::to_string(result.recipients)));
}

Letter Reception::letter_about_post(const std::string& to, Occasion occasion) const
{
    Letter letter;
    letter.notice.to = to;
    letter.notice.from = list_.address_for("owner");
    letter.notice.occasion = std::move(occasion);
    letter.notice.values.original_mail = mail_.message;
    const auto subject = find_field(split_message(mail_.message).header, "Subject");
    letter.values()["subject"] = subject ? encoded_words::decode(subject->value) : "";
    letter.values()["posteraddr"] = mail_.author;
    return letter;
}

std::string Reception::deny(const Decision& decision)
{
    const std::string log = cat("denied (", decision.reason, "): ", decision.log);
    if (list_.flag(silencer_of(decision.reason))) return cat(log, "; not told");
    if (const auto reason = why_no_answer(list_, mail_)) return cat(log, "; not told, ", *reason);
    if (!take_answer(list_, mail_.author, context_.now)) return cat(log, "; not told, too many");
    Letter letter = letter_about_post(mail_.author, {"deny", "post", decision.reason, ""});
    letter.notice.in_reply_to = message_id_of(mail_.message);
    letter.values()["maxmailsize"] = list_.line("maxmailsize");
    send_letter(context_, std::move(letter));
    return log;
}

std::string Reception::discard(const Decision& decision)
{
    Spool(list_, "queue/discarded").put(post_identity("", mail_.message), mail_.message);
    return decision.log.starts_with("discarded") ? decision.log : cat("discarded: ", decision.log);
}

std::string Reception::ask_moderators(const std::string& token, const std::string& message,
                                      const std::string& reason)
{
    std::vector<std::string> people = list_.lines("moderators");
    if (people.empty()) people = list_.lines("owner");
    if (list_.flag("ifmodsendonlymodmoderate") && is_moderator(list_, mail_.author) &&
        mail_.standing.vouched != Standing::Vouched::no)
        people = {mail_.author};
    if (people.empty()) return "; there is nobody to ask, neither moderators nor owners";
    Letter letter = letter_about_post(moderators_name(list_), {"moderate", "post", reason, ""});
    letter.recipients = people;
    letter.sender_extension = "owner";
    letter.notice.is_reply = false;
    letter.notice.reply_to = list_.address_for(cat("release-", token));
    letter.notice.values.original_mail = message;
    letter.values()["releaseaddr"] = letter.notice.reply_to;
    letter.values()["moderateaddr"] = letter.notice.reply_to;
    letter.values()["rejectaddr"] = list_.address_for(cat("reject-", token));
    letter.add_names("moderators", people);
    send_letter(context_, std::move(letter));
    if (list_.flag("notifymod")) tell_to_wait(people, reason);
    return "";
}

void Reception::tell_to_wait(const std::vector<std::string>& moderators, const std::string& reason)
{
    if (why_no_answer(list_, mail_) || !take_answer(list_, mail_.author, context_.now)) return;
    Letter letter = letter_about_post(mail_.author, {"wait", "post", reason, ""});
    letter.sender_extension = "owner";
    letter.notice.in_reply_to = message_id_of(mail_.message);
    letter.add_names("moderators", moderators);
    send_letter(context_, std::move(letter));
}

std::string Reception::hold(const Rewritten& post, const Decision& decision)
{
    // A retry after it was released already.
    if (was_posted(list_, identity_)) return "was released and sent before";
    HeldPost held;
    Posting posting = finished(post);
    held.message = std::move(posting.message);
    held.omit = std::move(posting.omit);
    held.signed_bytes = posting.signed_bytes;
    held.reason = decision.reason;
    held.sender = mail_.sender;
    const std::string token = hold_post(list_, held, identity_, context_.now);
    const std::string trouble = ask_moderators(token, held.message, decision.reason);
    return cat("held (", decision.reason, "): post by ", printable(mail_.author), trouble);
}

std::string Reception::post()
{
    const Rewritten post = rewrite(list_, mail_);
    const Decision decision =
        decide(list_, mail_, post.message.size(), Subscribers(list_), settings_.hosted_domains);
    switch (decision.action) {
    case Decision::Action::send:
        return send(post);
    case Decision::Action::hold:
        return hold(post, decision);
    case Decision::Action::deny:
        return deny(decision);
    case Decision::Action::discard:
        return discard(decision);
    case Decision::Action::refuse:
        break;
    }
    const std::size_t space = decision.text.find(' ');
    throw Error(decision.text.substr(0, space), decision.text.substr(space + 1), decision.log);
}

} // namespace

Incoming incoming(const List& list, std::string_view message, const IncomingEnvelope& envelope)
{
    const auto extension = list.extension_of(envelope.recipient);
    if (!extension)
        throw Error(
            "5.1.1", "no such mailing list",
            cat(printable(envelope.recipient), " is no address of ", list.address().text()));
    Incoming mail;
    mail.message = without_envelope_lines(message);
    mail.sender = envelope.sender;
    mail.extension = *extension;
    mail.queue_id = envelope.queue_id;
    mail.author = single_author(split_message(mail.message).header);
    return mail;
}

std::string receive(const Context& context, const Incoming& mail, const ReceiveSettings& settings)
{
    const Command command = parse_extension(mail.extension);
    if (command.verb == Verb::post) return Reception(context, mail, settings).post();
    if (command.verb == Verb::unknown)
        throw Error("5.1.1", "no such address at this mailing list", printable(mail.extension));
    RequestHooks hooks;
    hooks.release_post = [&](const Posting& posting) { accept_post(context, posting); };
    return handle_request(context, mail, command, hooks).log;
}

} // namespace mn::list
