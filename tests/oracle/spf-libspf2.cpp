// libspf2's verdicts on tame worlds (see spf-worlds.py) on standard input: lines "NUMBER VERDICT",
// "-" for those that are not tame.
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <cstddef>
#include <cstdio>
#include <iostream>
#include <map>
#include <netdb.h>
#include <sstream>
#include <string>
#include <vector>

extern "C" {
#include <spf2/spf.h>
#include <spf2/spf_dns_zone.h>
}

namespace
{

const std::map<std::string, ns_type> types = {
    {"A", ns_t_a}, {"AAAA", ns_t_aaaa}, {"MX", ns_t_mx}, {"TXT", ns_t_txt}, {"PTR", ns_t_ptr}};

void add(SPF_dns_server_t* zone, const std::string& line)
{
    std::istringstream words(line);
    std::string name, type, data;
    words >> name >> type >> std::ws;
    std::getline(words, data);
    if (type == "TXT") data = data.substr(1, data.size() - 2); // tame: one string, nothing escaped
    if (type == "MX") data = data.substr(data.find(' ') + 1);
    SPF_dns_zone_add_str(zone, name.c_str(), types.at(type), NETDB_SUCCESS, data.c_str());
}

std::string judge(const std::vector<std::string>& fields, const std::vector<std::string>& lines)
{
    SPF_dns_server_t* zone = SPF_dns_zone_new(nullptr, "world", 0);
    for (const std::string& line : lines)
        add(zone, line);
    SPF_server_t* server = SPF_server_new_dns(zone, 0);
    SPF_server_set_rec_dom(server, "receiver.test");
    SPF_request_t* request = SPF_request_new(server);
    std::string client = fields[3];
    if (client.starts_with("::ffff:")) client.erase(0, 7); // libspf2 does not know these
    if (client.find(':') != std::string::npos)
        SPF_request_set_ipv6_str(request, client.c_str());
    else
        SPF_request_set_ipv4_str(request, client.c_str());
    SPF_request_set_helo_dom(request, fields[4].c_str());
    SPF_request_set_env_from(request, fields[5].c_str());
    SPF_response_t* response = nullptr;
    SPF_request_query_mailfrom(request, &response);
    const SPF_result_t result = SPF_response_result(response);
    const SPF_errcode_t error = SPF_response_errcode(response);
    std::string verdict = SPF_strresult(result);
    if (result == SPF_RESULT_INVALID) verdict = error == SPF_E_NOT_SPF ? "none" : "permerror";
    SPF_response_free(response);
    SPF_request_free(request);
    SPF_server_free(server);
    return verdict;
}

} // namespace

int main()
{
    std::vector<std::string> fields, lines;
    for (std::string line; std::getline(std::cin, line);) {
        if (line.starts_with("world ")) {
            std::istringstream words(line);
            fields.clear();
            lines.clear();
            for (std::string word; words >> word;)
                fields.push_back(word);
        } else if (!line.empty()) {
            lines.push_back(line);
        } else {
            const std::string verdict = fields[2] == "tame" ? judge(fields, lines) : "-";
            std::printf("%s %s\n", fields[1].c_str(), verdict.c_str());
        }
    }
}
