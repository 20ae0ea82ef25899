#include "mta/milter_reply.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn::mta
{
namespace
{

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

/// Removals first, for what is inserted counts; the last of a name first, for what is removed does
/// not. The topmost insertion is sent last, each goes above all that is there.
void add_changes(MilterPackets& packets, const MilterReply& reply)
{
    std::vector<MilterReply::Removal> removals = reply.removals;
    std::stable_sort(removals.begin(), removals.end(),
                     [](const auto& a, const auto& b) { return a.index > b.index; });
    for (const MilterReply::Removal& removal : removals)
        packets.add('m', cat(number_bytes(removal.index), removal.name, std::string(2, '\0')));
    for (auto text = reply.insertions.rbegin(); text != reply.insertions.rend(); ++text) {
        std::string_view value = *text;
        const std::size_t colon = value.find(':');
        const std::string_view name = value.substr(0, colon);
        value.remove_prefix(std::min(name.size() + 1, value.size()));
        if (value.ends_with('\n')) value.remove_suffix(1);
        const std::string end(1, '\0');
        packets.add('i', cat(number_bytes(0), name, end, value, end));
    }
}

} // namespace

void send_reply(MilterPackets& packets, const MilterReply& reply)
{
    switch (reply.action) {
    case MilterReply::Action::accept:
        add_changes(packets, reply);
        packets.add('a', {});
        break;
    case MilterReply::Action::reject:
        packets.add('y', reply_line(true, reply.text));
        break;
    case MilterReply::Action::try_later:
        packets.add('y', reply_line(false, reply.text));
        break;
    case MilterReply::Action::discard:
        packets.add('d', {});
        break;
    }
    packets.send();
}

MilterReply reply_to(const Error& error)
{
    MilterReply reply;
    reply.action = error.status().starts_with("5.") ? MilterReply::Action::reject
                                                    : MilterReply::Action::try_later;
    reply.text = cat(error.status(), " ", error.what());
    return reply;
}

void MilterReply::remove(const std::string& name, const std::vector<unsigned>& which)
{
    for (const unsigned index : which)
        removals.push_back({name, index});
}

} // namespace mn::mta
