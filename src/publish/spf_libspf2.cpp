#include "publish/spf_libspf2.hpp"

#include "auth/spf_record.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <netinet/in.h>

extern "C" {
#include <spf2/spf.h>
#include <spf2/spf_dns_rr.h>
#include <spf2/spf_dns_zone.h>
}

namespace mn::publish
{
namespace
{

constexpr unsigned max_questions = 100; // it counts them for each record, not for all together
constexpr std::size_t max_text = 2000;  // longer ones overflow its buffers
constexpr std::size_t max_records = 100;

template <auto function>
struct Calls {
    template <typename Object>
    void operator()(Object* object) const
    {
        function(object);
    }
};
using Server = std::unique_ptr<SPF_server_t, Calls<SPF_server_free>>;
using Query = std::unique_ptr<SPF_request_t, Calls<SPF_request_free>>;
using Response = std::unique_ptr<SPF_response_t, Calls<SPF_response_free>>;
using Compiled = std::unique_ptr<SPF_record_t, Calls<SPF_record_free>>;

/// What stands behind libspf2's questions.
struct Source {
    dns::Resolver& resolver;
    unsigned questions = 0;
};

bool add(SPF_dns_rr_t* set, int index, const void* bytes, std::size_t size)
{
    if (SPF_dns_rr_buf_realloc(set, index, size) != SPF_E_SUCCESS) return false;
    std::memcpy(set->rr[index], bytes, size);
    set->num_rr = index + 1;
    return true;
}

void fill(SPF_dns_rr_t* set, const dns::Answer& answer)
{
    int index = 0;
    const auto add_name = [&](const std::string& name) {
        if (add(set, index, name.c_str(), name.size() + 1)) ++index;
    };
    for (const IpAddress& address : answer.addresses)
        if (add(set, index, address.bytes().data(), address.is_v4() ? 4 : 16)) ++index;
    for (const std::string& name : answer.names)
        if (static_cast<std::size_t>(index) < max_records) add_name(name);
    for (const std::string& text : answer.texts)
        if (text.size() <= max_text && text.find('\0') == std::string::npos) add_name(text);
    set->herrno = index == 0 ? NO_DATA : NETDB_SUCCESS;
}

SPF_dns_stat_t status_of(const dns::Answer& answer)
{
    switch (answer.status) {
    case dns::Status::found:
        return NETDB_SUCCESS;
    case dns::Status::no_such_name:
        return HOST_NOT_FOUND;
    case dns::Status::no_data:
        return NO_DATA;
    case dns::Status::temporary:
        break;
    }
    return TRY_AGAIN;
}

bool is_known(ns_type type)
{
    return type == ns_t_a || type == ns_t_aaaa || type == ns_t_mx || type == ns_t_txt ||
           type == ns_t_ptr;
}

SPF_dns_rr_t* look_up(SPF_dns_server_t* server, const char* domain, ns_type type, int /*cache*/)
{
    auto& source = *static_cast<Source*>(server->hook);
    // It asks for the type 99 that SPF had once, too.
    if (!is_known(type)) return SPF_dns_rr_new_init(server, domain, type, 0, NO_DATA);
    if (++source.questions > max_questions)
        return SPF_dns_rr_new_init(server, domain, type, 0, TRY_AGAIN);
    const dns::Answer& answer = source.resolver.query(domain, static_cast<dns::Type>(type));
    SPF_dns_rr_t* set = SPF_dns_rr_new_init(server, domain, type, 0, status_of(answer));
    if (set != nullptr && answer.status == dns::Status::found) fill(set, answer);
    return set;
}

/// An empty one: expanding a text of others is what it must never do.
SPF_errcode_t no_explanation(SPF_server_t* /*server*/, const char* /*domain*/, char** text,
                             std::size_t* size)
{
    if (*text == nullptr || *size == 0) {
        *text = static_cast<char*>(std::calloc(1, 1)); // it frees it
        *size = 1;
    } else {
        **text = '\0';
    }
    return *text == nullptr ? SPF_E_NO_MEMORY : SPF_E_SUCCESS;
}

[[noreturn]] void give_up(std::string_view action)
{
    throw Error("4.3.0", "mail system error", cat("libspf2 cannot ", action));
}

Server make_server(SPF_dns_server_t* layer)
{
    Server server(SPF_server_new_dns(layer, 0));
    if (!server || SPF_server_set_rec_dom(server.get(), "receiver.invalid") != SPF_E_SUCCESS)
        give_up("start");
    return server;
}

SPF_dns_server_t layer_for(Source& source)
{
    SPF_dns_server_t layer{};
    layer.lookup = look_up;
    layer.get_exp = no_explanation;
    layer.name = "mailnode";
    layer.hook = &source;
    return layer; // without a destructor it stays ours
}

Query make_query(const Server& server, const spf::Request& request)
{
    Query query(SPF_request_new(server.get()));
    if (!query) give_up("take a request");
    const std::string client = request.client.text();
    const auto set_client =
        request.client.is_v4() ? SPF_request_set_ipv4_str : SPF_request_set_ipv6_str;
    const std::string sender =
        request.sender.empty() ? cat("postmaster@", request.helo) : request.sender;
    if (set_client(query.get(), client.c_str()) != SPF_E_SUCCESS) give_up("read an address");
    // These two say "0: something was wrong" of names that are good.
    SPF_request_set_helo_dom(query.get(), request.helo.c_str());
    SPF_request_set_env_from(query.get(), sender.c_str());
    return query;
}

} // namespace

bool libspf2_reads_all(std::string_view record)
{
    const spf::Record ours = spf::parse_record(record);
    if (record.size() > max_text) return false;
    SPF_dns_server_t layer{};
    layer.name = "none";
    const Server server = make_server(&layer);
    const Query query(SPF_request_new(server.get()));
    const Response response(SPF_response_new(query.get()));
    SPF_record_t* made = nullptr;
    SPF_record_compile(server.get(), response.get(), &made, std::string(record).c_str());
    const Compiled compiled(made);
    // It takes redirect= for one of them.
    const std::size_t terms = ours.mechanisms.size() + (ours.redirect ? 1 : 0);
    return compiled && compiled->num_mech >= terms;
}

std::string libspf2_verdict(const spf::Request& request, dns::Resolver& resolver)
{
    Source source{resolver};
    SPF_dns_server_t layer = layer_for(source);
    const Server server = make_server(&layer);
    const Query query = make_query(server, request);
    SPF_response_t* made = nullptr;
    SPF_request_query_mailfrom(query.get(), &made);
    const Response response(made);
    if (!response) give_up("answer");
    const SPF_result_t result = SPF_response_result(response.get());
    if (result != SPF_RESULT_INVALID) return SPF_strresult(result);
    return SPF_response_errcode(response.get()) == SPF_E_NOT_SPF ? "none" : "permerror";
}

} // namespace mn::publish
