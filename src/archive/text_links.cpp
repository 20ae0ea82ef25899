#include "archive/text_links.hpp"

#include "archive/markup.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace mn::archive
{
namespace
{

constexpr std::size_t max_link = 2000;
constexpr std::string_view attributes = "\" rel=\"nofollow noopener\">";

struct Place {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// White space, delimiters, and the punctuation of alphabets that put no spaces around links.
bool ends_link(std::string_view text)
{
    return static_cast<unsigned char>(text[0]) <= ' ' ||
           std::string_view("<>\"`{}|\\^\x7f").find(text[0]) != std::string_view::npos ||
           text.starts_with("\xE2\x80") || text.starts_with("\xE3\x80") ||
           text.starts_with("\xEF\xBC") || text.starts_with("\xC2\xA0");
}

/// Without the punctuation of the sentence it stands in.
std::string_view without_punctuation(std::string_view url)
{
    auto open = std::count(url.begin(), url.end(), '(');
    auto closed = std::count(url.begin(), url.end(), ')');
    for (;; url.remove_suffix(1)) {
        const char last = url.empty() ? 'x' : url.back();
        if (last == ')' && closed > open)
            --closed;
        else if (std::string_view(".,;:!?'*_]").find(last) == std::string_view::npos)
            return url;
        if (last == '(') --open;
    }
}

bool begins_host(std::string_view rest)
{
    if (rest.empty()) return false;
    const char c = rest[0];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '[' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Where the scheme begins whose "://" is at colon; colon: none that may be a link.
std::size_t scheme_begin(std::string_view line, std::size_t colon)
{
    for (const std::string_view scheme : {"https", "http"}) {
        if (colon < scheme.size()) continue;
        const std::size_t begin = colon - scheme.size();
        if (equal_ignoring_case(line.substr(begin, scheme.size()), scheme)) return begin;
    }
    return colon;
}

std::optional<Place> find_link(std::string_view line, std::size_t from)
{
    for (std::size_t colon = line.find("://", from); colon != std::string_view::npos;
         colon = line.find("://", std::min(colon + 1, line.size()))) {
        const std::size_t begin = scheme_begin(line, colon);
        if (begin == colon || begin < from || !begins_host(line.substr(colon + 3))) continue;
        std::size_t end = colon + 3;
        while (end < line.size() && end - begin <= max_link && !ends_link(line.substr(end)))
            ++end;
        if (end - begin > max_link) {
            colon = end; // nothing inside of it is looked at again
            continue;
        }
        return Place{begin, begin + without_punctuation(line.substr(begin, end - begin)).size()};
    }
    return std::nullopt;
}

void append_addresses(std::string& html, std::string_view text, Addresses addresses)
{
    std::size_t done = 0;
    while (const auto place = find_address(text, done)) {
        markup::append_text(html, text.substr(done, place->begin - done));
        const std::string_view address = text.substr(place->begin, place->end - place->begin);
        done = place->end;
        const bool has_local = place->begin < place->at;
        if (addresses == Addresses::full && has_local) {
            const std::string_view local = address.substr(0, place->at - place->begin);
            html.append(cat("<a href=\"mailto:", markup::piece(local), "@",
                            markup::link(text.substr(place->at + 1, done - place->at - 1)),
                            attributes, markup::text(address), "</a>"));
        } else {
            markup::append_text(html, shown_address(addresses, address));
        }
    }
    markup::append_text(html, text.substr(done));
}

std::string with_encoded_at(std::string_view url)
{
    std::string text;
    for (const char c : url)
        text.append(c == '@' ? std::string_view("%40") : std::string_view(&c, 1));
    return text;
}

/// Where in the query or fragment of the link an address may be; its size: nowhere.
std::size_t hidden_from(std::string_view url)
{
    const std::size_t query = std::min(url.find_first_of("?#"), url.size());
    return std::min({url.find('@', query), url.find("%40", query), url.size()});
}

void append_link(std::string& html, std::string_view url, Addresses addresses)
{
    const std::size_t host = url.find("://") + 3;
    const std::size_t path = std::min(url.find_first_of("/?#", host), url.size());
    // A name before the host is there to mislead, or is a password.
    if (url.substr(host, path - host).find('@') != std::string_view::npos) {
        append_addresses(html, url, addresses == Addresses::full ? Addresses::at : addresses);
        return;
    }
    std::string shown_url(url);
    if (addresses != Addresses::full) {
        const std::size_t hidden = hidden_from(url);
        shown_url = with_encoded_at(url.substr(0, hidden));
        if (hidden < url.size()) {
            markup::append_text(html, cat(shown_url, "@…"));
            return;
        }
    }
    html.append(cat("<a href=\"", markup::link(shown_url), attributes));
    markup::append_text(html, shown_url);
    html.append("</a>");
}

} // namespace

void append_linked(std::string& html, std::string_view line, Addresses addresses)
{
    std::size_t done = 0;
    while (const auto link = find_link(line, done)) {
        append_addresses(html, line.substr(done, link->begin - done), addresses);
        append_link(html, line.substr(link->begin, link->end - link->begin), addresses);
        done = link->end;
    }
    append_addresses(html, line.substr(done), addresses);
}

} // namespace mn::archive
