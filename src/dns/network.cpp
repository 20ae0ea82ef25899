#include "dns/network.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "dns/message.hpp"

#include <algorithm>
#include <ares.h>
#include <deque>
#include <map>
#include <poll.h>
#include <sys/time.h>
#include <utility>

namespace mn::dns
{
namespace
{

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t max_servers = 8; // c-ares tells of 16 sockets: UDP and TCP for each

[[noreturn]] void refuse(const std::string& text, std::string_view why)
{
    throw UsageError(cat("not a name server: ", printable(text), ": ", why,
                         "; want ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT"));
}

/// ADDRESS and PORT of the text; port is empty when there is none.
std::pair<std::string, std::string> split_nameserver(const std::string& text)
{
    if (!text.empty() && text.front() == '[') {
        const std::size_t end = text.find(']');
        if (end == std::string::npos) refuse(text, "']' is missing");
        if (end + 1 == text.size()) return {text.substr(1, end - 1), ""};
        if (text[end + 1] != ':') refuse(text, "':' and a port must follow ']'");
        return {text.substr(1, end - 1), text.substr(end + 1)};
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || text.find(':', colon + 1) != std::string::npos)
        return {text, ""};
    return {text.substr(0, colon), text.substr(colon)};
}

std::string csv_of(const std::vector<std::string>& servers)
{
    std::string csv;
    for (const std::string& text : servers) {
        const Nameserver server = parse_nameserver(text);
        const std::string address = server.address.text();
        csv.append(csv.empty() ? "" : ",");
        csv.append(server.address.is_v4() ? address : cat("[", address, "]"));
        csv.append(":").append(std::to_string(server.port));
    }
    return csv;
}

Answer failed(std::string problem)
{
    Answer answer;
    answer.problem = std::move(problem);
    return answer;
}

std::string problem_of(int status)
{
    switch (status) {
    case ARES_ETIMEOUT:
    case ARES_ECANCELLED:
        return "timed out";
    case ARES_ECONNREFUSED:
        return "no name server answers, or none properly";
    case ARES_ESERVFAIL:
        return "SERVFAIL";
    case ARES_EREFUSED:
        return "REFUSED";
    case ARES_ENOTIMP:
        return "NOTIMP";
    default:
        return ::ares_strerror(status);
    }
}

/// c-ares needs its library initialised once a process, and says so.
int library_status()
{
    static const int status = ::ares_library_init(ARES_LIB_INIT_ALL);
    return status;
}

[[noreturn]] void no_resolver(int status)
{
    throw Error("4.3.0", "mail system error", cat("cannot set up DNS: ", ::ares_strerror(status)));
}

/// Is every server that c-ares will ask on this machine?
bool all_loopback(ares_channel channel)
{
    ares_addr_port_node* servers = nullptr;
    if (::ares_get_servers_ports(channel, &servers) != ARES_SUCCESS) return false;
    bool all = servers != nullptr;
    for (const ares_addr_port_node* server = servers; server != nullptr; server = server->next) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&server->addr);
        std::array<std::uint8_t, 4> v4{};
        std::array<std::uint8_t, 16> v6{};
        std::copy_n(bytes, v4.size(), v4.begin());
        if (server->family != AF_INET) std::copy_n(bytes, v6.size(), v6.begin());
        const IpAddress address = server->family == AF_INET ? IpAddress::v4(v4) : IpAddress::v6(v6);
        all = all && address.is_loopback();
    }
    ::ares_free_data(servers);
    return all;
}

} // namespace

Nameserver parse_nameserver(const std::string& text)
{
    auto [address_text, port_text] = split_nameserver(text);
    const auto address = IpAddress::parse(address_text);
    if (!address) refuse(text, "the address is not an IP address");
    Nameserver server{*address, 53};
    if (!port_text.empty()) {
        const auto port = parse_number(port_text.substr(1));
        if (!port || *port == 0 || *port > 65535) refuse(text, "the port is not 1 to 65535");
        server.port = static_cast<std::uint16_t>(*port);
    }
    return server;
}

struct NetworkResolver::State {
    struct Entry {
        State* state;
        Lookup lookup;
        bool is_done = false;
        std::vector<Continuation> continuations;
    };
    using Key = std::pair<std::string, Type>;

    milliseconds budget{};
    Clock::time_point start = Clock::now();
    Clock::duration waited{}; ///< time that passes while we do something else costs no answer
    ares_channel channel = nullptr;
    bool is_trusted = false;
    std::deque<Entry> entries; // a deque does not move what c-ares points to
    std::map<Key, Entry*> known;
    std::size_t bytes = 0;
    Answer refused = failed("too many questions for one message");

    ~State()
    {
        forget_continuations();
        if (channel != nullptr) ::ares_destroy(channel); // calls back for what is under way
    }

    milliseconds elapsed() const
    {
        return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
    }

    Entry* find_or_ask(std::string_view name, Type type);
    void forget_continuations()
    {
        for (Entry& entry : entries)
            entry.continuations.clear();
    }
    void ask(Entry& entry);
    void finish(Entry& entry, Answer answer);
    void take(Entry& entry, std::string_view packet);
    void wait_a_moment(Clock::duration longest);

    static void callback(void* argument, int status, int timeouts, unsigned char* data, int size);
};

NetworkResolver::State::Entry* NetworkResolver::State::find_or_ask(std::string_view name, Type type)
{
    Key key(canonical_name(name), type);
    if (const auto found = known.find(key); found != known.end()) return found->second;
    if (entries.size() >= max_questions) return nullptr;
    Entry& entry = entries.emplace_back();
    entry.state = this;
    entry.lookup.name = key.first;
    entry.lookup.type = type;
    entry.lookup.started = elapsed();
    entry.lookup.answer = failed("timed out");
    known.emplace(std::move(key), &entry);
    ask(entry);
    return &entry;
}

void NetworkResolver::State::ask(Entry& entry)
{
    if (!is_askable(entry.lookup.name)) {
        Answer answer;
        answer.status = Status::no_such_name;
        return finish(entry, std::move(answer));
    }
    if (waited >= budget) return finish(entry, failed("timed out"));
    const std::string question = make_question(static_cast<std::uint16_t>(random_below(65536)),
                                               entry.lookup.name, entry.lookup.type);
    ::ares_send(channel, reinterpret_cast<const unsigned char*>(question.data()),
                static_cast<int>(question.size()), &State::callback, &entry);
}

void NetworkResolver::State::finish(Entry& entry, Answer answer)
{
    entry.lookup.answer = std::move(answer);
    entry.lookup.took = elapsed() - entry.lookup.started;
    entry.is_done = true;
    for (const Continuation& continuation : std::exchange(entry.continuations, {}))
        continuation(entry.lookup.answer);
}

void NetworkResolver::State::take(Entry& entry, std::string_view packet)
{
    if (packet.size() > max_answer_size || bytes + packet.size() > max_answers_size)
        return finish(entry, failed("answer too big"));
    bytes += packet.size();
    finish(entry, read_answer(packet, entry.lookup.name, entry.lookup.type, is_trusted));
}

void NetworkResolver::State::callback(void* argument, int status, int /*timeouts*/,
                                      unsigned char* data, int size)
{
    auto& entry = *static_cast<Entry*>(argument);
    if (status == ARES_SUCCESS && data != nullptr && size > 0)
        entry.state->take(entry,
                          {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)});
    else
        entry.state->finish(entry, failed(problem_of(status)));
}

/// Let c-ares read, write and send again, for at most this long.
void NetworkResolver::State::wait_a_moment(Clock::duration longest)
{
    const auto longest_us = std::chrono::ceil<std::chrono::microseconds>(longest).count();
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    const int wanted = ::ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
    std::vector<pollfd> polled;
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
        short events = 0;
        if (ARES_GETSOCK_READABLE(wanted, i)) events |= POLLIN;
        if (ARES_GETSOCK_WRITABLE(wanted, i)) events |= POLLOUT;
        if (events != 0) polled.push_back({sockets[i], events, 0});
    }
    timeval limit{longest_us / 1000000, longest_us % 1000000};
    timeval shorter{};
    const timeval* wait = ::ares_timeout(channel, &limit, &shorter);
    const int wait_ms = static_cast<int>(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000);
    ::poll(polled.data(), polled.size(), wait_ms);
    for (const pollfd& fd : polled) {
        const bool is_readable = (fd.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
        const bool is_writable = (fd.revents & (POLLOUT | POLLERR)) != 0;
        ::ares_process_fd(channel, is_readable ? fd.fd : ARES_SOCKET_BAD,
                          is_writable ? fd.fd : ARES_SOCKET_BAD);
    }
    ::ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); // time limits
}

NetworkResolver::NetworkResolver(const NetworkOptions& options) : state_(std::make_unique<State>())
{
    if (options.servers.size() > max_servers)
        throw UsageError(cat("more than ", std::to_string(max_servers), " name servers"));
    const std::string servers = csv_of(options.servers);
    if (library_status() != ARES_SUCCESS) no_resolver(library_status());
    ares_options settings{};
    // No names of its own: no hosts file, no search list. What the answer says,
    // we read ourselves.
    settings.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN | ARES_FLAG_EDNS;
    // With others to turn to, c-ares does so after SERVFAIL; alone, it is the
    // answer.
    if (options.servers.size() == 1) settings.flags |= ARES_FLAG_NOCHECKRESP;
    settings.timeout = static_cast<int>(options.query_timeout.count());
    settings.tries = static_cast<int>(options.attempts);
    settings.ednspsz = udp_size;
    char lookups[] = "b";
    settings.lookups = lookups;
    // With all of this told, c-ares reads no file and asks for no host name, but
    // for its servers.
    settings.ndots = 1;
    int told = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
               ARES_OPT_LOOKUPS | ARES_OPT_NOROTATE | ARES_OPT_NDOTS | ARES_OPT_DOMAINS |
               ARES_OPT_SORTLIST;
    in_addr placeholder{}; // this option knows no IPv6 and no port
    settings.servers = &placeholder;
    settings.nservers = 1;
    if (!servers.empty()) told |= ARES_OPT_SERVERS;
    const int status = ::ares_init_options(&state_->channel, &settings, told);
    if (status != ARES_SUCCESS) no_resolver(status);
    if (!servers.empty()) {
        const int set = ::ares_set_servers_ports_csv(state_->channel, servers.c_str());
        if (set != ARES_SUCCESS) no_resolver(set);
    }
    state_->is_trusted = all_loopback(state_->channel);
    state_->budget = options.budget;
}

NetworkResolver::~NetworkResolver() = default;

void NetworkResolver::prefetch(std::string_view name, Type type)
{
    state_->find_or_ask(name, type);
}

void NetworkResolver::prefetch_then(std::string_view name, Type type, Continuation continuation)
{
    State::Entry* entry = state_->find_or_ask(name, type);
    if (entry == nullptr) return;
    if (entry->is_done)
        continuation(entry->lookup.answer);
    else
        entry->continuations.push_back(std::move(continuation));
}

const Answer& NetworkResolver::query(std::string_view name, Type type)
{
    State::Entry* entry = state_->find_or_ask(name, type);
    if (entry == nullptr) return state_->refused;
    while (!entry->is_done) {
        if (state_->waited >= state_->budget) {
            ::ares_cancel(state_->channel); // all that is under way ends as "timed out"
            break;
        }
        const auto begin = Clock::now();
        state_->wait_a_moment(state_->budget - state_->waited);
        state_->waited += Clock::now() - begin;
    }
    return entry->lookup.answer;
}

std::vector<Lookup> NetworkResolver::lookups() const
{
    std::vector<Lookup> all;
    for (const State::Entry& entry : state_->entries)
        all.push_back(entry.lookup);
    return all;
}

void NetworkResolver::reset()
{
    state_->forget_continuations();
    ::ares_cancel(state_->channel);
    state_->known.clear();
    state_->entries.clear();
    state_->bytes = 0;
    state_->waited = {};
    state_->start = Clock::now();
}

} // namespace mn::dns
