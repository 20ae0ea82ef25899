#include "dns/message.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace mn::dns
{
namespace
{

constexpr std::size_t header_size = 12;
constexpr std::size_t max_name = 253;
constexpr unsigned class_internet = 1;

struct Malformed {
};

/// Reads a packet from front to back; throws Malformed where it ends too early.
class Reader
{
public:
    explicit Reader(std::string_view packet) : packet_(packet) {}

    unsigned byte()
    {
        if (position_ >= packet_.size()) throw Malformed{};
        return static_cast<unsigned char>(packet_[position_++]);
    }
    unsigned word()
    {
        const unsigned high = byte();
        return high << 8 | byte();
    }
    std::string_view bytes(std::size_t count)
    {
        if (count > packet_.size() - position_) throw Malformed{};
        position_ += count;
        return packet_.substr(position_ - count, count);
    }
    std::size_t position() const { return position_; }
    void seek(std::size_t position) { position_ = position; }

    /// A name, lower case; "" is the root. A dot or other odd byte inside a label is escaped, so
    /// that no name can be taken for another.
    std::string name();

private:
    std::string_view packet_;
    std::size_t position_ = 0;
};

void append_label(std::string& name, std::string_view label)
{
    if (!name.empty()) name.append(".");
    for (const char c : lower(label)) {
        if (c == '.' || c == '\\')
            name.append("\\").append(1, c);
        else
            name.append(1, c);
    }
}

// A pointer must lead backwards, and a name has at most 255 bytes, so this ends. [RFC1035 4.1.4]
std::string Reader::name()
{
    std::string name;
    std::size_t size = 0;
    std::size_t end = 0; // behind the first pointer
    std::size_t limit = position_;
    for (;;) {
        const unsigned length = byte();
        if (length == 0) break;
        if (length >= 0xc0) {
            const std::size_t target = (length & 0x3f) << 8 | byte();
            if (end == 0) end = position_;
            if (target >= limit) throw Malformed{};
            limit = target;
            position_ = target;
            continue;
        }
        size += length + 1;
        if (length > 63 || size > 254) throw Malformed{};
        append_label(name, bytes(length));
    }
    if (end != 0) position_ = end;
    return name;
}

struct Record {
    std::string name;
    Type type;
    std::size_t position; ///< of the data
    std::size_t size;
};

Record read_record(Reader& reader)
{
    Record record;
    record.name = reader.name();
    record.type = static_cast<Type>(reader.word());
    const unsigned record_class = reader.word();
    reader.bytes(4);
    record.size = reader.word();
    record.position = reader.position();
    reader.bytes(record.size);
    if (record_class != class_internet) record.type = Type{};
    return record;
}

std::string read_text(Reader reader, const Record& record)
{
    std::string text;
    reader.seek(record.position);
    while (reader.position() < record.position + record.size) {
        text.append(reader.bytes(reader.byte()));
        if (reader.position() > record.position + record.size) throw Malformed{};
    }
    return text;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> read_bytes(Reader reader, const Record& record)
{
    if (record.size != Size) throw Malformed{};
    reader.seek(record.position);
    const std::string_view bytes = reader.bytes(Size);
    std::array<std::uint8_t, Size> result{};
    std::transform(bytes.begin(), bytes.end(), result.begin(),
                   [](char c) { return static_cast<std::uint8_t>(c); });
    return result;
}

struct Host {
    unsigned preference = 0;
    std::string name;
};

Host read_host(Reader reader, const Record& record)
{
    Host host;
    reader.seek(record.position);
    if (record.type == Type::mx) host.preference = reader.word();
    host.name = reader.name();
    if (reader.position() != record.position + record.size) throw Malformed{};
    return host;
}

Service read_service(Reader reader, const Record& record)
{
    Service service;
    reader.seek(record.position);
    for (std::uint16_t* number : {&service.priority, &service.weight, &service.port})
        *number = static_cast<std::uint16_t>(reader.word());
    service.target = reader.name();
    if (reader.position() != record.position + record.size) throw Malformed{};
    return service;
}

/// The records of the answer section that belong to the question, aliases followed.
std::vector<Record> relevant_records(Reader& reader, unsigned count, std::string name, Type type)
{
    std::map<std::string, std::string> aliases;
    std::map<std::string, std::vector<Record>> found;
    std::size_t kept = 0;
    for (; count > 0; --count) {
        Record record = read_record(reader);
        if (record.type == type) {
            if (++kept > max_records) throw Malformed{};
            found[record.name].push_back(record);
        } else if (record.type == Type::cname) {
            aliases.emplace(record.name, read_host(reader, record).name);
        }
    }
    for (unsigned followed = 0; followed <= max_aliases; ++followed) {
        if (const auto records = found.find(name); records != found.end()) return records->second;
        const auto alias = aliases.find(name);
        if (alias == aliases.end()) return {};
        name = alias->second;
    }
    throw Malformed{};
}

void read_records(const Reader& reader, const std::vector<Record>& records, Answer& answer)
{
    std::vector<Host> hosts;
    for (const Record& record : records) {
        switch (record.type) {
        case Type::a:
            answer.addresses.push_back(IpAddress::v4(read_bytes<4>(reader, record)));
            break;
        case Type::aaaa:
            answer.addresses.push_back(IpAddress::v6(read_bytes<16>(reader, record)));
            break;
        case Type::txt:
            answer.texts.push_back(read_text(reader, record));
            break;
        case Type::srv:
            answer.services.push_back(read_service(reader, record));
            break;
        default:
            hosts.push_back(read_host(reader, record));
        }
    }
    std::stable_sort(hosts.begin(), hosts.end(),
                     [](const Host& a, const Host& b) { return a.preference < b.preference; });
    for (Host& host : hosts)
        answer.names.push_back(std::move(host.name));
    std::stable_sort(answer.services.begin(), answer.services.end(),
                     [](const Service& a, const Service& b) { return a.priority < b.priority; });
}

std::string rcode_text(unsigned rcode)
{
    static constexpr std::string_view names[] = {"NOERROR",  "FORMERR", "SERVFAIL",
                                                 "NXDOMAIN", "NOTIMP",  "REFUSED"};
    return rcode < std::size(names) ? std::string(names[rcode])
                                    : cat("RCODE ", std::to_string(rcode));
}

Answer temporary(std::string problem)
{
    Answer answer;
    answer.problem = std::move(problem);
    return answer;
}

/// The question as it would come back, so that it can be compared with names in the packet.
std::string escaped(std::string_view canonical)
{
    std::string name;
    for (const std::string_view label : split(canonical, '.'))
        append_label(name, label);
    return name;
}

Answer read(std::string_view packet, std::string_view canonical, Type type, bool is_trusted)
{
    Reader reader(packet);
    reader.word(); // the id is the transport's to check
    const unsigned flags = reader.word();
    const unsigned questions = reader.word();
    const unsigned answers = reader.word();
    reader.bytes(header_size - 8);
    const unsigned rcode = flags & 0xf;
    if ((flags & 0x8000) == 0 || (flags & 0x7800) != 0) return temporary("not an answer");
    if (rcode != 0 && rcode != 3) return temporary(rcode_text(rcode));
    if ((flags & 0x0200) != 0) return temporary("answer cut off");
    const std::string name = escaped(canonical);
    if (questions != 1 || reader.name() != name || reader.word() != static_cast<unsigned>(type) ||
        reader.word() != class_internet)
        return temporary("answer to another question");
    Answer answer;
    read_records(reader, relevant_records(reader, answers, name, type), answer);
    answer.is_authenticated = is_trusted && (flags & 0x0020) != 0;
    const bool is_empty = answer.texts.empty() && answer.addresses.empty() &&
                          answer.names.empty() && answer.services.empty();
    answer.status = rcode == 3 ? Status::no_such_name : is_empty ? Status::no_data : Status::found;
    return answer;
}

} // namespace

std::string canonical_name(std::string_view name)
{
    if (!name.empty() && name.back() == '.') name.remove_suffix(1);
    return lower(name);
}

bool is_askable(std::string_view canonical)
{
    if (canonical.empty() || canonical.size() > max_name) return false;
    const auto labels = split(canonical, '.');
    return std::all_of(labels.begin(), labels.end(),
                       [](std::string_view label) { return !label.empty() && label.size() <= 63; });
}

std::string make_question(std::uint16_t id, std::string_view canonical, Type type)
{
    const auto word = [](std::string& bytes, unsigned value) {
        bytes.append(1, static_cast<char>(value >> 8)).append(1, static_cast<char>(value & 0xff));
    };
    std::string bytes;
    word(bytes, id);
    word(bytes, 0x0120); // recursion desired, and tell us what is authenticated [RFC6840 5.7]
    for (const unsigned count : {1U, 0U, 0U, 1U})
        word(bytes, count);
    for (const std::string_view label : split(canonical, '.'))
        bytes.append(1, static_cast<char>(label.size())).append(label);
    bytes.append(1, '\0');
    word(bytes, static_cast<unsigned>(type));
    word(bytes, class_internet);
    // The OPT record: root, type, what we take, no flags, no options. [RFC6891 6.1.2]
    bytes.append(1, '\0');
    for (const unsigned value : {41U, static_cast<unsigned>(udp_size), 0U, 0U, 0U})
        word(bytes, value);
    return bytes;
}

Answer read_answer(std::string_view packet, std::string_view canonical, Type type, bool is_trusted)
{
    try {
        return read(packet, canonical, type, is_trusted);
    } catch (const Malformed&) {
        return temporary("malformed answer");
    }
}

} // namespace mn::dns
