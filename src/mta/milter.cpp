#include "mta/milter.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "mta/milter_packets.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace mn::mta
{
namespace
{

constexpr std::uint32_t protocol_version = 6;

/// What we may ask for at the end of a message.
constexpr std::uint32_t add_fields = 0x01;
constexpr std::uint32_t change_fields = 0x10;
constexpr std::uint32_t our_actions = add_fields | change_fields;

/// How we want it: no UNKNOWN and DATA, no answer to anything before the end of the message, and
/// the white space after a field's colon as it is.
constexpr std::uint32_t our_protocol = 0x100 | 0x200 |                   // events left out
                                       0x80 | 0x1000 | 0x2000 | 0x4000 | // header … MAIL
                                       0x8000 | 0x40000 | 0x80000 | // RCPT, end of header, body
                                       0x100000;                    // leading space

enum Command : char {
    negotiate = 'O',
    macros = 'D',
    connect_ = 'C',
    helo = 'H',
    mail = 'M',
    rcpt = 'R',
    field = 'L',
    end_of_header = 'N',
    body_chunk = 'B',
    end_of_message = 'E',
    abort_message = 'A',
    quit = 'Q',
    quit_new_connection = 'K',
};

constexpr std::size_t max_reply_text = 400;

/// Answer to the sender's server: one line of printable ASCII, whose class fits the code.
std::string reply_line(bool is_final, std::string_view text)
{
    std::string line = is_final ? "550 " : "451 ";
    if (!text.starts_with(is_final ? "5." : "4.")) line.append(is_final ? "5.7.1 " : "4.7.1 ");
    for (const char c : printable(text.substr(0, max_reply_text))) {
        if (c == '%') line.push_back(c); // a format string to Postfix
        line.push_back(c);
    }
    line.push_back('\0');
    return line;
}

class Session
{
public:
    Session(MilterFilter& filter, int input, int output, const MilterLimits& limits)
        : filter_(filter), packets_(input, output, limits), limits_(limits)
    {
    }

    void run();

private:
    enum class Stage { negotiation, envelope, header, body };

    bool handle(const MilterPacket& packet);
    void handle_negotiation(std::string_view data);
    void handle_macros(std::string_view data);
    void handle_connect(std::string_view data);
    void begin_message(std::string_view data);
    void add_recipient(std::string_view data);
    void add_field(std::string_view data);
    void end_header();
    void add_body(std::string_view data);
    void end_message(std::string_view last_chunk);
    void give_up_message();
    void forget_message();
    void count(std::size_t bytes);
    void answer(const MilterReply& reply);
    void send_changes(const MilterReply& reply);
    void require(bool condition, char command) const;

    template <typename Step>
    void guarded(Step step);

    MilterFilter& filter_;
    MilterPackets packets_;
    MilterLimits limits_;
    Stage stage_ = Stage::negotiation;
    MilterEnvelope envelope_;
    bool has_message_ = false; ///< from MAIL on
    bool is_shown_ = false;    ///< the filter has seen the header
    std::string header_;
    std::size_t message_bytes_ = 0;
    std::optional<MilterReply> failure_; ///< the answer is known before the end
};

void Session::run()
{
    while (const auto packet = packets_.next())
        if (!handle(*packet)) break;
    give_up_message();
}

/// Returns false at the end of the session.
bool Session::handle(const MilterPacket& packet)
{
    require((stage_ == Stage::negotiation) == (packet.command == negotiate) ||
                packet.command == quit,
            packet.command);
    switch (packet.command) {
    case negotiate:
        handle_negotiation(packet.data);
        break;
    case macros:
        handle_macros(packet.data);
        break;
    case connect_:
        handle_connect(packet.data);
        break;
    case helo: {
        std::string_view data = packet.data;
        envelope_.helo = take_text(data);
        break;
    }
    case mail:
        begin_message(packet.data);
        break;
    case rcpt:
        add_recipient(packet.data);
        break;
    case field:
        add_field(packet.data);
        break;
    case end_of_header:
        end_header();
        break;
    case body_chunk:
        add_body(packet.data);
        break;
    case end_of_message:
        end_message(packet.data);
        break;
    case abort_message:
        give_up_message();
        break;
    case quit_new_connection:
        give_up_message();
        envelope_ = {};
        break;
    case quit:
        return false;
    default:
        require(false, packet.command);
    }
    return true;
}

void Session::require(bool condition, char command) const
{
    if (!condition)
        throw broken_milter_protocol(
            cat("command ", printable(std::string_view(&command, 1)), " at the wrong time"));
}

void Session::handle_negotiation(std::string_view data)
{
    if (data.size() < 12) throw broken_milter_protocol("negotiation without its numbers");
    const std::uint32_t version = read_number(data);
    const std::uint32_t actions = read_number(data.substr(4));
    const std::uint32_t protocol = read_number(data.substr(8));
    if (version < protocol_version || (actions & our_actions) != our_actions ||
        (protocol & our_protocol) != our_protocol)
        throw broken_milter_protocol(
            "Postfix offers less than version 6 (main.cf milter_protocol)");
    packets_.add(negotiate, cat(number_bytes(protocol_version), number_bytes(our_actions),
                                number_bytes(our_protocol)));
    packets_.send();
    stage_ = Stage::envelope;
}

/// Names and values, for the command that follows.
void Session::handle_macros(std::string_view data)
{
    if (data.empty()) throw broken_milter_protocol("macros for no command");
    if (data.front() == mail) {
        envelope_.login.clear();
        envelope_.queue_id.clear();
    }
    data.remove_prefix(1);
    while (!data.empty()) {
        std::string_view name = take_text(data);
        const std::string_view value = take_text(data);
        if (name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
        if (name == "i") envelope_.queue_id = value;
        if (name == "j") envelope_.host = value;
        if (name == "auth_authen") envelope_.login = value;
    }
}

void Session::handle_connect(std::string_view data)
{
    give_up_message();
    envelope_.helo.clear();
    envelope_.client_address.clear();
    envelope_.client_name = take_text(data);
    if (data.empty()) throw broken_milter_protocol("a client without a family");
    const char family = data.front();
    if (family != '4' && family != '6') return;
    if (data.size() < 3) throw broken_milter_protocol("a client without a port");
    data.remove_prefix(3);
    std::string_view address = take_text(data);
    if (address.starts_with("IPv6:")) address.remove_prefix(5);
    envelope_.client_address = address;
}

/// Without the brackets Postfix puts around it.
std::string_view bare_address(std::string_view address)
{
    if (address.size() >= 2 && address.front() == '<' && address.back() == '>')
        return address.substr(1, address.size() - 2);
    return address;
}

void Session::begin_message(std::string_view data)
{
    require(stage_ == Stage::envelope && !has_message_, mail);
    has_message_ = true;
    envelope_.sender = bare_address(take_text(data));
}

void Session::add_recipient(std::string_view data)
{
    require(stage_ == Stage::envelope && has_message_, rcpt);
    const std::string_view recipient = bare_address(take_text(data));
    guarded([&] {
        count(recipient.size() + sizeof(std::string));
        envelope_.recipients.emplace_back(recipient);
    });
}

void Session::add_field(std::string_view data)
{
    require(stage_ != Stage::body && has_message_, field);
    stage_ = Stage::header;
    const std::string_view name = take_text(data);
    const std::string_view value = take_text(data);
    if (name.empty() || name.find_first_of(":\r\n") != std::string_view::npos)
        throw broken_milter_protocol("a field without a good name");
    for (std::size_t at = 0; (at = value.find('\n', at)) != std::string_view::npos;)
        if (++at == value.size() || (value[at] != ' ' && value[at] != '\t'))
            throw broken_milter_protocol("a field that is not folded as it should be");
    guarded([&] {
        count(name.size() + value.size() + 2);
        header_.append(name).append(":").append(value).append("\n");
    });
}

void Session::count(std::size_t bytes)
{
    message_bytes_ += bytes;
    if (message_bytes_ > limits_.header_bytes)
        throw Error("5.3.4", "message header too big",
                    cat("header and recipients have more than ",
                        std::to_string(limits_.header_bytes), " bytes"));
}

void Session::end_header()
{
    require(stage_ != Stage::body && has_message_, end_of_header);
    stage_ = Stage::body;
    guarded([&] {
        is_shown_ = true;
        filter_.header(envelope_, std::exchange(header_, {}));
    });
}

void Session::add_body(std::string_view data)
{
    require(stage_ == Stage::body, body_chunk);
    guarded([&] { filter_.body(data); });
}

void Session::end_message(std::string_view last_chunk)
{
    require(stage_ == Stage::body, end_of_message);
    MilterReply reply;
    guarded([&] {
        if (!last_chunk.empty()) filter_.body(last_chunk);
        reply = filter_.end();
        is_shown_ = false;
    });
    answer(failure_ ? *failure_ : reply);
    give_up_message();
}

/// A step whose Error is the answer to this message, and to this message only.
template <typename Step>
void Session::guarded(Step step)
{
    if (failure_) return;
    try {
        step();
    } catch (const Error& error) {
        log::warning(cat(envelope_.queue_id, envelope_.queue_id.empty() ? "" : ": ", error.status(),
                         " ", error.what(), error.detail().empty() ? "" : ": ", error.detail()));
        failure_.emplace();
        failure_->action = error.status().starts_with("5.") ? MilterReply::Action::reject
                                                            : MilterReply::Action::try_later;
        failure_->text = cat(error.status(), " ", error.what());
        header_.clear();
    }
}

void Session::give_up_message()
{
    if (is_shown_) filter_.forget();
    forget_message();
}

void Session::forget_message()
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

void Session::answer(const MilterReply& reply)
{
    switch (reply.action) {
    case MilterReply::Action::accept:
        send_changes(reply);
        packets_.add('a', {});
        break;
    case MilterReply::Action::reject:
        packets_.add('y', reply_line(true, reply.text));
        break;
    case MilterReply::Action::try_later:
        packets_.add('y', reply_line(false, reply.text));
        break;
    case MilterReply::Action::discard:
        packets_.add('d', {});
        break;
    }
    packets_.send();
}

/// Removals first, for what is inserted counts; the last of a name first, for what is removed does
/// not. The topmost insertion is sent last, each goes above all that is there.
void Session::send_changes(const MilterReply& reply)
{
    std::vector<MilterReply::Removal> removals = reply.removals;
    std::stable_sort(removals.begin(), removals.end(),
                     [](const auto& a, const auto& b) { return a.index > b.index; });
    for (const MilterReply::Removal& removal : removals)
        packets_.add('m', cat(number_bytes(removal.index), removal.name, std::string(2, '\0')));
    for (auto text = reply.insertions.rbegin(); text != reply.insertions.rend(); ++text) {
        std::string_view value = *text;
        const std::size_t colon = value.find(':');
        const std::string_view name = value.substr(0, colon);
        value.remove_prefix(std::min(name.size() + 1, value.size()));
        if (value.ends_with('\n')) value.remove_suffix(1);
        const std::string end(1, '\0');
        packets_.add('i', cat(number_bytes(0), name, end, value, end));
    }
}

} // namespace

void run_milter(MilterFilter& filter, int input, int output, const MilterLimits& limits)
{
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    ::sigaction(SIGALRM, &action, nullptr);
    Session(filter, input, output, limits).run();
    ::alarm(0);
}

void MilterReply::remove(const std::string& name, const std::vector<unsigned>& which)
{
    for (const unsigned index : which)
        removals.push_back({name, index});
}

void silence_milter(int argc, char** argv)
{
    char** const end = std::find(argv, argv + argc, std::string_view("--"));
    if (std::find(argv, end, std::string_view("--milter")) == end) return;
    const Fd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!null || ::dup2(null.get(), STDERR_FILENO) < 0)
        throw system_error(errno, "open", "/dev/null");
}

} // namespace mn::mta
