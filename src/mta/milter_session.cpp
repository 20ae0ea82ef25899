#include "mta/milter_session.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "mta/milter_reply.hpp"

#include <utility>

namespace mn::mta
{

void MilterSession::run()
{
    while (const auto packet = packets_.next())
        if (!handle(*packet)) break;
    give_up_message();
}

/// Returns false at the end of the session.
bool MilterSession::handle(const MilterPacket& packet)
{
    const auto command = static_cast<MilterCommand>(packet.command);
    require((stage_ == Stage::negotiation) == (command == MilterCommand::negotiate) ||
                command == MilterCommand::quit,
            command);
    if (command == MilterCommand::quit) return false;
    if (!handle_client(command, packet.data)) handle_message(command, packet.data);
    return true;
}

/// What is said of the session and its client. Returns false when it is something else.
bool MilterSession::handle_client(MilterCommand command, std::string_view data)
{
    switch (command) {
    case MilterCommand::negotiate:
        packets_.add(static_cast<char>(command), answer_negotiation(data));
        packets_.send();
        stage_ = Stage::envelope;
        return true;
    case MilterCommand::connect:
        give_up_message();
        read_client(data, envelope_);
        return true;
    case MilterCommand::helo:
        envelope_.helo = take_text(data);
        return true;
    case MilterCommand::macros:
        read_macros(data, envelope_);
        return true;
    case MilterCommand::quit_new_connection:
        give_up_message();
        envelope_ = {};
        return true;
    default:
        return false;
    }
}

void MilterSession::handle_message(MilterCommand command, std::string_view data)
{
    switch (command) {
    case MilterCommand::mail:
        return begin_message(data);
    case MilterCommand::rcpt:
        return add_recipient(data);
    case MilterCommand::field:
        return add_field(data);
    case MilterCommand::end_of_header:
        return end_header();
    case MilterCommand::body_chunk:
        return add_body(data);
    case MilterCommand::end_of_message:
        return end_message(data);
    case MilterCommand::abort_message:
        return give_up_message();
    default:
        require(false, command);
    }
}

void MilterSession::require(bool condition, MilterCommand command)
{
    const char letter = static_cast<char>(command);
    if (!condition)
        throw broken_milter_protocol(
            cat("command ", printable(std::string_view(&letter, 1)), " at the wrong time"));
}

void MilterSession::begin_message(std::string_view data)
{
    require(stage_ == Stage::envelope && !has_message_, MilterCommand::mail);
    has_message_ = true;
    envelope_.sender = read_address(data);
}

void MilterSession::add_recipient(std::string_view data)
{
    require(stage_ == Stage::envelope && has_message_, MilterCommand::rcpt);
    const std::string_view recipient = read_address(data);
    guarded([&] {
        count(recipient.size() + sizeof(std::string));
        envelope_.recipients.emplace_back(recipient);
    });
}

void MilterSession::add_field(std::string_view data)
{
    require(stage_ != Stage::body && has_message_, MilterCommand::field);
    stage_ = Stage::header;
    const std::string text = read_field(data);
    guarded([&] {
        count(text.size());
        header_.append(text);
    });
}

void MilterSession::count(std::size_t bytes)
{
    message_bytes_ += bytes;
    if (message_bytes_ > limits_.header_bytes)
        throw Error("5.3.4", "message header too big",
                    cat("header and recipients have more than ",
                        std::to_string(limits_.header_bytes), " bytes"));
}

void MilterSession::end_header()
{
    require(stage_ != Stage::body && has_message_, MilterCommand::end_of_header);
    stage_ = Stage::body;
    guarded([&] {
        is_shown_ = true;
        filter_.header(envelope_, std::exchange(header_, {}));
    });
}

void MilterSession::add_body(std::string_view data)
{
    require(stage_ == Stage::body, MilterCommand::body_chunk);
    guarded([&] { filter_.body(data); });
}

void MilterSession::end_message(std::string_view last_chunk)
{
    require(stage_ == Stage::body, MilterCommand::end_of_message);
    MilterReply reply;
    guarded([&] {
        if (!last_chunk.empty()) filter_.body(last_chunk);
        reply = filter_.end();
        is_shown_ = false;
    });
    send_reply(packets_, failure_ ? *failure_ : reply);
    give_up_message();
}

/// A step whose Error is the answer to this message, and to this message only.
template <typename Step>
void MilterSession::guarded(Step step)
{
    if (failure_) return;
    try {
        step();
    } catch (const Error& error) {
        log::warning(cat(envelope_.queue_id, envelope_.queue_id.empty() ? "" : ": ", error.status(),
                         " ", error.what(), error.detail().empty() ? "" : ": ", error.detail()));
        failure_ = reply_to(error);
        header_.clear();
    }
}

void MilterSession::give_up_message()
{
    if (is_shown_) filter_.forget();
    forget_message();
}

void MilterSession::forget_message()
{
    if (stage_ != Stage::negotiation) stage_ = Stage::envelope;
    has_message_ = is_shown_ = false;
    header_.clear();
    message_bytes_ = 0;
    failure_.reset();
    envelope_.sender.clear();
    envelope_.recipients.clear();
    envelope_.queue_id.clear();
    envelope_.login.clear();
}

} // namespace mn::mta
