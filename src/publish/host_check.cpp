#include "publish/host_check.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace mn::publish
{
namespace
{

using Addresses = std::vector<IpAddress>;

bool contains(const Addresses& addresses, const IpAddress& address)
{
    return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

std::string joined(const std::vector<std::string>& names)
{
    std::string all;
    for (const std::string& name : names)
        all.append(all.empty() ? "" : ", ").append(name);
    return all;
}

/// Nobody outside reaches it.
bool is_private(const IpAddress& address)
{
    struct Network {
        std::string_view text;
        unsigned bits;
    };
    constexpr std::array<Network, 11> networks{{{"10.0.0.0", 8},
                                                {"172.16.0.0", 12},
                                                {"192.168.0.0", 16},
                                                {"127.0.0.0", 8},
                                                {"169.254.0.0", 16},
                                                {"100.64.0.0", 10},
                                                {"0.0.0.0", 8},
                                                {"224.0.0.0", 3},
                                                {"fc00::", 7},
                                                {"fe80::", 10},
                                                {"::", 8}}};
    return std::any_of(networks.begin(), networks.end(), [&](const Network& network) {
        return address.is_within(*IpAddress::parse(network.text), network.bits);
    });
}

class HostCheck
{
public:
    HostCheck(const Node& node, dns::Resolver& resolver, std::vector<Finding>& findings)
        : node_(node), resolver_(resolver), findings_(findings)
    {
    }

    Addresses run();

private:
    void judge_addresses(const Whereabouts& found);
    void judge_reverse_name(const IpAddress& address);
    void judge_other_name(const IpAddress& address, const std::vector<std::string>& names);

    void add(std::string_view fault, std::string text, std::string remedy,
             Grade grade = Grade::failure)
    {
        findings_.push_back({grade, std::string(fault), subject_, std::move(text), published_,
                             wanted_, std::move(remedy)});
        is_ok_ = false;
    }

    const Node& node_;
    dns::Resolver& resolver_;
    std::vector<Finding>& findings_;
    std::string subject_;
    std::vector<std::string> published_;
    std::string wanted_;
    bool is_ok_ = true;
};

void HostCheck::judge_addresses(const Whereabouts& found)
{
    // [RFC2181 10.3]
    if (found.is_alias)
        add("host-alias", "it is an alias (CNAME), which a mail host must not be",
            "publish A and AAAA records instead of the CNAME");
    if (found.addresses.empty())
        add("host-missing", "it has no address", "publish an A record, and AAAA if it has IPv6");
    else
        for (const IpAddress& address : node_.addresses)
            if (!contains(found.addresses, address))
                add("host-address", cat(address.text(), " is not among its addresses"),
                    cat("publish an ", address.is_v4() ? "A" : "AAAA", " record with it"));
    for (const IpAddress& address : found.addresses) {
        if (!node_.addresses.empty() && !contains(node_.addresses, address))
            add("host-foreign", cat(address.text(), " is not ours, and others connect to it"),
                cat("take out the record with ", address.text(), ", or tell it by --address"));
        else if (node_.addresses.empty() && is_private(address))
            add("host-private", cat(address.text(), " cannot be reached from outside"),
                "publish the public address");
    }
}

/// The address has names, and ours is not one of them.
void HostCheck::judge_other_name(const IpAddress& address, const std::vector<std::string>& names)
{
    const bool is_confirmed = std::any_of(names.begin(), names.end(), [&](const auto& name) {
        return contains(look_up_host(name, resolver_).addresses, address);
    });
    const std::string remedy =
        cat("have the name set to ", node_.host, " by whoever gave you the address");
    if (is_confirmed)
        add("ptr-name", cat("it is called ", joined(names), ", and we say we are ", node_.host),
            remedy, Grade::warning);
    else
        add("ptr-unconfirmed", cat(joined(names), " does not lead back to it"), remedy);
}

void HostCheck::judge_reverse_name(const IpAddress& address)
{
    subject_ = cat(address.text(), " PTR");
    wanted_ = cat(node_.host, ".");
    is_ok_ = true;
    const dns::Answer& answer = resolver_.query(address.reverse_name(), dns::Type::ptr);
    published_ = answer.names;
    if (answer.status == dns::Status::temporary)
        return findings_.push_back(no_answer("ptr", subject_, answer));
    const std::vector<std::string> names = answer.names;
    const bool has_ours = std::find(names.begin(), names.end(), node_.host) != names.end();
    if (names.empty())
        add("ptr-missing", "it has no name, and many servers refuse mail from such addresses",
            cat("ask whoever gave you the address for the PTR record ", node_.host));
    else if (!has_ours)
        judge_other_name(address, names);
    else if (names.size() > 1)
        add("ptr-several", cat("it has several names: ", joined(names)),
            cat("leave only ", node_.host), Grade::warning);
    else if (!contains(look_up_host(node_.host, resolver_).addresses, address))
        add("ptr-unconfirmed", cat(node_.host, " does not lead back to it"),
            "publish the address of the host");
    if (is_ok_)
        findings_.push_back(
            {Grade::ok, "ptr", subject_, cat(node_.host, ", and back"), published_, wanted_, {}});
}

Addresses HostCheck::run()
{
    const Whereabouts found = look_up_host(node_.host, resolver_);
    subject_ = cat(node_.host, " address");
    for (const IpAddress& address : found.addresses)
        published_.push_back(address.text());
    std::vector<std::string> wanted;
    for (const IpAddress& address : node_.addresses)
        wanted.push_back(address.text());
    wanted_ = joined(wanted);
    if (found.trouble != nullptr)
        findings_.push_back(no_answer("host", subject_, *found.trouble));
    else
        judge_addresses(found);
    if (is_ok_ && found.trouble == nullptr)
        findings_.push_back(
            {Grade::ok, "host", subject_, joined(published_), published_, wanted_, {}});
    Addresses ours = node_.addresses.empty() ? found.addresses : node_.addresses;
    for (const IpAddress& address : ours)
        judge_reverse_name(address);
    return ours;
}

} // namespace

void prefetch_host(std::string_view name, dns::Resolver& resolver)
{
    for (const dns::Type type : {dns::Type::cname, dns::Type::a, dns::Type::aaaa})
        resolver.prefetch(name, type);
}

Whereabouts look_up_host(std::string_view name, dns::Resolver& resolver)
{
    prefetch_host(name, resolver);
    Whereabouts found;
    found.is_alias = resolver.query(name, dns::Type::cname).status == dns::Status::found;
    for (const dns::Type type : {dns::Type::a, dns::Type::aaaa}) {
        const dns::Answer& answer = resolver.query(name, type);
        found.addresses.insert(found.addresses.end(), answer.addresses.begin(),
                               answer.addresses.end());
        if (answer.status == dns::Status::temporary) found.trouble = &answer;
    }
    return found;
}

std::vector<IpAddress> check_host_names(const Node& node, dns::Resolver& resolver,
                                        std::vector<Finding>& findings)
{
    return HostCheck(node, resolver, findings).run();
}

} // namespace mn::publish
