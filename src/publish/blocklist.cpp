#include "publish/blocklist.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace mn::publish
{
namespace
{

struct List {
    std::string_view zone;
    std::string_view page; ///< where one gets off it
    bool knows_v6;
};

constexpr std::array<List, 3> address_lists{
    {{"zen.spamhaus.org", "https://check.spamhaus.org/", true},
     {"bl.spamcop.net", "https://www.spamcop.net/bl.shtml", false},
     {"psbl.surriel.com", "https://psbl.org/", false}}};
constexpr List domain_list{"dbl.spamhaus.org", "https://check.spamhaus.org/", true};

/// "7.2.0.192" of 7.2.0.192.in-addr.arpa.
std::string reversed(const IpAddress& address)
{
    std::string name = address.reverse_name();
    name.resize(name.size() - (address.is_v4() ? std::string_view(".in-addr.arpa")
                                               : std::string_view(".ip6.arpa"))
                                  .size());
    return name;
}

/// Answers of lists are 127.x.x.x; anything else was made up by a name server
/// on the way.
bool is_answer(const IpAddress& address)
{
    return address.is_within(*IpAddress::parse("127.0.0.0"), 8);
}

/// "You may not ask", or "you ask wrongly", not "listed".
bool is_refusal(const IpAddress& address)
{
    return address.is_within(*IpAddress::parse("127.255.255.0"), 24) ||
           address.is_within(*IpAddress::parse("127.0.1.255"), 32);
}

void judge(const std::string& what, const List& list, const dns::Answer& answer,
           std::vector<Finding>& findings)
{
    const std::string subject = cat(what, " in ", list.zone);
    const auto add = [&](Grade grade, std::string_view check, std::string text,
                         std::string remedy) {
        findings.push_back(
            {grade, std::string(check), subject, std::move(text), {}, {}, std::move(remedy)});
    };
    if (answer.status == dns::Status::temporary)
        return findings.push_back(no_answer("blocklist", subject, answer));
    std::string codes;
    for (const IpAddress& address : answer.addresses) {
        if (!is_answer(address) || is_refusal(address))
            return add(Grade::unknown, "blocklist",
                       cat("could not find out: the answer is ", address.text(),
                           ", which means that the list does not serve this name server"),
                       "ask by a name server of your own: --nameserver");
        codes.append(codes.empty() ? "" : ", ").append(address.text());
    }
    if (codes.empty())
        add(Grade::ok, "blocklist", "not listed", {});
    else
        add(Grade::failure, "blocklist-listed", cat("listed: ", codes),
            cat("find out why, mend it, and have it taken off: ", list.page));
}

} // namespace

void check_blocklists(std::span<const IpAddress> addresses, std::span<const std::string> domains,
                      dns::Resolver& resolver, std::vector<Finding>& findings)
{
    struct Question {
        std::string what;
        std::string name;
        const List* list;
    };
    std::vector<Question> questions;
    for (const IpAddress& address : addresses)
        for (const List& list : address_lists)
            if (address.is_v4() || list.knows_v6)
                questions.push_back(
                    {address.text(), cat(reversed(address), ".", list.zone), &list});
    for (const std::string& domain : domains)
        questions.push_back({domain, cat(domain, ".", domain_list.zone), &domain_list});
    for (const Question& question : questions)
        resolver.prefetch(question.name, dns::Type::a);
    for (const Question& question : questions)
        judge(question.what, *question.list, resolver.query(question.name, dns::Type::a), findings);
}

} // namespace mn::publish
