#include "list/oneclick.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"
#include "list/notice.hpp"
#include "list/token.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::string_view scheme = "https://";
constexpr std::size_t max_base = 300; // with the rest of the link, one line of a header
constexpr std::size_t max_name = 64;
constexpr std::size_t max_token = 400; // an address of 230 bytes has 340
constexpr std::string_view action = "oneclick";

bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string base64url(std::string_view bytes)
{
    std::string text = base64::encode(bytes);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    text.erase(std::min(text.find('='), text.size()));
    return text;
}

/// Only what base64url() writes.
std::optional<std::string> from_base64url(std::string_view text)
{
    if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
    std::string plain(text);
    std::replace(plain.begin(), plain.end(), '-', '+');
    std::replace(plain.begin(), plain.end(), '_', '/');
    plain.append((4 - plain.size() % 4) % 4, '=');
    return base64::decode(plain);
}

/// "cats" of "/var/mailnode/lists/cats", and of "." when we are there.
std::string name_of(const List& list)
{
    const std::string& given = list.directory();
    std::string name = given.substr(given.rfind('/') + 1);
    if (name != "." && name != "..") return name;
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(given.c_str(), nullptr),
                                                           &std::free);
    name = real ? real.get() : "";
    return name.substr(name.rfind('/') + 1);
}

} // namespace

std::string_view why_no_oneclick_base(std::string_view text)
{
    if (!text.starts_with(scheme)) return "does not begin with https://"; // [RFC8058 3.1]
    if (text.size() > max_base) return "is longer than 300 bytes";
    const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < '\x7f' &&
               std::string_view("<>\"\\^`{|},").find(c) == std::string_view::npos;
    });
    if (!is_plain) return "has characters that a link in a header cannot have";
    if (text.find_first_of("?#") != std::string_view::npos)
        return "has ? or #, and list and token are put at its end";
    const std::string_view rest = text.substr(scheme.size());
    if (rest.empty() || (!is_alphanumeric(rest.front()) && rest.front() != '['))
        return "names no host";
    return "";
}

bool is_list_name(std::string_view text)
{
    return !text.empty() && text.size() <= max_name && text.front() != '.' && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
           });
}

std::optional<std::string> oneclick_base(const List& list)
{
    if (!list.flag("oneclick") || list.flag("closedlist")) return std::nullopt;
    std::string base = list.line("oneclick");
    std::string_view why = why_no_oneclick_base(base);
    if (why.empty() && !is_list_name(name_of(list)))
        why = "is of no use: the name of the list's directory cannot be in a link";
    if (!why.empty()) {
        log::warning(cat(list.path("control/oneclick"), " ", why));
        return std::nullopt;
    }
    while (base.ends_with('/'))
        base.pop_back();
    return base;
}

std::string oneclick_token(const List& list, std::string_view address, std::int64_t expiry)
{
    const std::string key = lower(address);
    return cat(base64url(key), ".", make_token(list, {action, key}, expiry));
}

std::string oneclick_fields(const List& list, std::string_view base, std::string_view address,
                            std::int64_t now, std::string_view line_end)
{
    const std::string token = oneclick_token(list, address, now + oneclick_life);
    std::string links = cat("<", base, "/", name_of(list), "/", token, ">");
    // Who cannot do this can write a mail, as without it.
    const std::string others = list_fields(list);
    if (const auto by_mail = find_field(others, "List-Unsubscribe"))
        links.append(cat(",\n ", trim(by_mail->value)));
    return cat(make_field("List-Unsubscribe", links, line_end),
               make_field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click", line_end));
}

OneClick read_oneclick(const List& list, std::string_view token, std::int64_t now)
{
    const std::size_t dot = token.rfind('.');
    if (token.size() > max_token || dot == std::string_view::npos) return {};
    const auto address = from_base64url(token.substr(0, dot));
    if (!address || address->empty()) return {};
    // Without a secret, this list has never made one; and strangers shall not make it one.
    if (::access(list.path("mailnode/secret").c_str(), F_OK) != 0) return {};
    const TokenPurpose purpose{action, *address};
    const std::string_view proof = token.substr(dot + 1);
    if (!check_token(list, proof, purpose, 0)) return {}; // at no time was it good
    const bool is_good = check_token(list, proof, purpose, now);
    return {is_good ? OneClick::State::good : OneClick::State::expired, *address};
}

} // namespace mn::list
