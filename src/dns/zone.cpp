#include "dns/zone.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "dns/message.hpp"

#include <algorithm>
#include <optional>

namespace mn::dns
{
namespace
{

std::string_view take_word(std::string_view& line)
{
    line = trim(line);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(end);
    line = trim(line);
    return word;
}

std::optional<Type> type_of(std::string_view name)
{
    for (const Type type :
         {Type::a, Type::ns, Type::cname, Type::ptr, Type::mx, Type::txt, Type::aaaa, Type::srv})
        if (name == type_name(type)) return type;
    return std::nullopt;
}

/// The character that a backslash introduces; text begins behind it.
std::optional<char> unescape(std::string_view& text)
{
    if (text.empty()) return std::nullopt;
    const auto number = parse_number(text.substr(0, 3));
    if (number && text.size() >= 3) {
        if (*number > 255) return std::nullopt;
        text.remove_prefix(3);
        return static_cast<char>(*number);
    }
    const char c = text.front();
    text.remove_prefix(1);
    return c;
}

/// The three numbers before the name of an SRV record.
std::optional<Service> read_service(std::string_view text)
{
    Service service;
    for (std::uint16_t* number : {&service.priority, &service.weight, &service.port}) {
        const auto value = parse_number(take_word(text));
        if (!value || *value > 65535) return std::nullopt;
        *number = static_cast<std::uint16_t>(*value);
    }
    service.target = canonical_name(text);
    return service;
}

/// The quoted strings joined; nothing when they are not well-formed.
std::optional<std::string> join_strings(std::string_view text)
{
    std::string joined;
    bool is_inside = false;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '"') {
            is_inside = !is_inside;
        } else if (!is_inside) {
            if (!is_space(c)) return std::nullopt;
        } else if (c == '\\') {
            const auto literal = unescape(text);
            if (!literal) return std::nullopt;
            joined.append(1, *literal);
        } else {
            joined.append(1, c);
        }
    }
    if (is_inside) return std::nullopt;
    return joined;
}

[[noreturn]] void refuse(std::string_view line)
{
    throw Error("4.3.5", "mail system misconfigured",
                cat("zone line cannot be read: ", printable(line)));
}

} // namespace

ZoneResolver::ZoneResolver(std::string_view zone)
{
    for (const std::string_view line : split(zone, '\n'))
        if (!trim(line).empty() && trim(line).front() != ';') add_line(line);
}

void ZoneResolver::add_line(std::string_view line)
{
    std::string_view rest = line;
    const std::string name = canonical_name(take_word(rest));
    const std::string_view word = take_word(rest);
    names_[name] = true;
    if (word == "TIMEOUT" || word == "SERVFAIL") {
        const auto type = type_of(rest);
        if (!rest.empty() && !type) refuse(line);
        problems_[{name, type.value_or(Type{})}] = word == "TIMEOUT" ? "timed out" : "SERVFAIL";
        return;
    }
    const auto type = type_of(word);
    if (!type) refuse(line);
    Answer& records = records_[{name, *type}];
    if (*type == Type::txt) {
        const auto text = join_strings(rest);
        if (!text) refuse(line);
        records.texts.push_back(*text);
    } else if (*type == Type::a || *type == Type::aaaa) {
        const auto address = IpAddress::parse(rest);
        if (!address) refuse(line);
        records.addresses.push_back(*address);
    } else if (*type == Type::srv) {
        const auto service = read_service(rest);
        if (!service) refuse(line);
        records.services.push_back(*service);
        std::stable_sort(
            records.services.begin(), records.services.end(),
            [](const Service& a, const Service& b) { return a.priority < b.priority; });
    } else if (*type == Type::mx) {
        const auto preference = parse_number(take_word(rest));
        if (!preference) refuse(line);
        auto& hosts = exchangers_[name];
        hosts.emplace_back(static_cast<unsigned>(*preference), canonical_name(rest));
        std::stable_sort(hosts.begin(), hosts.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        records.names.clear();
        for (const auto& host : hosts)
            records.names.push_back(host.second);
    } else {
        records.names.push_back(canonical_name(rest));
    }
}

bool ZoneResolver::exists(const std::string& name) const
{
    if (names_.count(name) != 0) return true;
    const std::string below = cat(".", name);
    return std::any_of(names_.begin(), names_.end(),
                       [&](const auto& entry) { return entry.first.ends_with(below); });
}

Answer ZoneResolver::answer(std::string name, Type type) const
{
    Answer answer;
    for (unsigned followed = 0; followed <= max_aliases; ++followed) {
        if (!is_askable(name)) break;
        for (const Type which : {type, Type{}}) {
            if (const auto problem = problems_.find({name, which}); problem != problems_.end()) {
                answer.problem = problem->second;
                return answer;
            }
        }
        if (const auto found = records_.find({name, type}); found != records_.end()) {
            answer = found->second;
            answer.status = Status::found;
            return answer;
        }
        const auto alias = records_.find({name, Type::cname});
        if (alias == records_.end()) {
            answer.status = exists(name) ? Status::no_data : Status::no_such_name;
            return answer;
        }
        name = alias->second.names.front();
        if (followed == max_aliases) {
            answer.problem = "SERVFAIL";
            return answer;
        }
    }
    answer.status = Status::no_such_name;
    return answer;
}

void ZoneResolver::prefetch(std::string_view name, Type type)
{
    prefetch_then(name, type, {});
}

void ZoneResolver::prefetch_then(std::string_view name, Type type, Continuation continuation)
{
    Key key(canonical_name(name), type);
    const auto [place, is_new] = asked_.try_emplace(key);
    Asked& asked = place->second;
    if (is_new) {
        asked.answer = answer(key.first, type);
        asked.answer.is_authenticated = is_authenticated_;
        asked.has_arrived = !is_askable(key.first);
        lookups_.push_back({key.first, type, asked.answer, {}, {}});
        if (!asked.has_arrived) under_way_.push_back(&asked);
    }
    if (!continuation) return;
    if (asked.has_arrived)
        continuation(asked.answer);
    else
        asked.continuations.push_back(std::move(continuation));
}

const Answer& ZoneResolver::query(std::string_view name, Type type)
{
    prefetch(name, type);
    Asked& asked = asked_.at({canonical_name(name), type});
    if (!asked.has_arrived) arrive();
    return asked.answer;
}

/// All that is under way; what that leads to is not, yet.
void ZoneResolver::arrive()
{
    ++round_trips_;
    const std::vector<Asked*> arrived = std::exchange(under_way_, {});
    for (Asked* asked : arrived)
        asked->has_arrived = true;
    for (Asked* asked : arrived)
        for (const Continuation& continuation : std::exchange(asked->continuations, {}))
            continuation(asked->answer);
}

void ZoneResolver::reset()
{
    under_way_.clear();
    asked_.clear();
    lookups_.clear();
    round_trips_ = 0;
}

} // namespace mn::dns
