#include "mta/milter_commands.hpp"

#include "base/text.hpp"
#include "mta/milter_packets.hpp"

#include <cstdint>

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

} // namespace

std::string answer_negotiation(std::string_view data)
{
    if (data.size() < 12) throw broken_milter_protocol("negotiation without its numbers");
    const std::uint32_t version = read_number(data);
    const std::uint32_t actions = read_number(data.substr(4));
    const std::uint32_t protocol = read_number(data.substr(8));
    if (version < protocol_version || (actions & our_actions) != our_actions ||
        (protocol & our_protocol) != our_protocol)
        throw broken_milter_protocol(
            "Postfix offers less than version 6 (main.cf milter_protocol)");
    return cat(number_bytes(protocol_version), number_bytes(our_actions),
               number_bytes(our_protocol));
}

void read_macros(std::string_view data, MilterEnvelope& envelope)
{
    if (data.empty()) throw broken_milter_protocol("macros for no command");
    if (data.front() == static_cast<char>(MilterCommand::mail)) {
        envelope.login.clear();
        envelope.queue_id.clear();
    }
    data.remove_prefix(1);
    while (!data.empty()) {
        std::string_view name = take_text(data);
        const std::string_view value = take_text(data);
        if (name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
        if (name == "i") envelope.queue_id = value;
        if (name == "j") envelope.host = value;
        if (name == "auth_authen") envelope.login = value;
    }
}

void read_client(std::string_view data, MilterEnvelope& envelope)
{
    envelope.helo.clear();
    envelope.client_address.clear();
    envelope.client_name = take_text(data);
    if (data.empty()) throw broken_milter_protocol("a client without a family");
    const char family = data.front();
    if (family != '4' && family != '6') return;
    if (data.size() < 3) throw broken_milter_protocol("a client without a port");
    data.remove_prefix(3);
    std::string_view address = take_text(data);
    if (address.starts_with("IPv6:")) address.remove_prefix(5);
    envelope.client_address = address;
}

std::string_view read_address(std::string_view data)
{
    const std::string_view address = take_text(data);
    if (address.size() >= 2 && address.front() == '<' && address.back() == '>')
        return address.substr(1, address.size() - 2);
    return address;
}

std::string read_field(std::string_view data)
{
    const std::string_view name = take_text(data);
    const std::string_view value = take_text(data);
    if (name.empty() || name.find_first_of(":\r\n") != std::string_view::npos)
        throw broken_milter_protocol("a field without a good name");
    for (std::size_t at = 0; (at = value.find('\n', at)) != std::string_view::npos;)
        if (++at == value.size() || (value[at] != ' ' && value[at] != '\t'))
            throw broken_milter_protocol("a field that is not folded as it should be");
    return cat(name, ":", value, "\n");
}

} // namespace mn::mta
