#include "archive/addresses.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

constexpr std::size_t max_local = 64; // [RFC5321 4.5.3.1.1]

bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_local(char c)
{
    return is_alphanumeric(c) ||
           std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// Where the local part begins that ends at "at"; at itself when there is none.
std::size_t local_begin(std::string_view text, std::size_t from, std::size_t at)
{
    std::size_t begin = at;
    while (begin > from && at - begin < max_local && is_local(text[begin - 1]))
        --begin;
    while (begin < at && !is_alphanumeric(text[begin]) && text[begin] != '_')
        ++begin;
    // No character may be cut in two.
    while (begin < at && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U)
        ++begin;
    return begin;
}

/// "[192.0.2.1]"; begin when it is none.
std::size_t literal_end(std::string_view text, std::size_t begin)
{
    const std::size_t end = text.substr(begin, max_local).find(']');
    const bool is_literal =
        end != std::string_view::npos && end > 1 &&
        text.substr(begin + 1, end - 1).find_first_of(" \n[@") == std::string_view::npos;
    return is_literal ? begin + end + 1 : begin;
}

/// Where the domain ends that begins there; begin when there is none with a dot in it.
std::size_t domain_end(std::string_view text, std::size_t begin)
{
    if (begin < text.size() && text[begin] == '[') return literal_end(text, begin);
    std::size_t end = begin;
    std::size_t last_dot = begin;
    std::size_t after_label = begin;
    for (; end < text.size(); ++end) {
        const char c = text[end];
        if (is_alphanumeric(c))
            after_label = end + 1;
        else if (c == '.' && end > begin && text[end - 1] != '.')
            last_dot = end;
        else if (c != '-' && c != '_')
            break;
    }
    const bool has_dot = last_dot > begin && text.substr(begin, after_label - begin).find('.') !=
                                                 std::string_view::npos;
    return has_dot ? after_label : begin;
}

/// The same, with what hangs on to it: of "ann@example.org/bob@example.net" no part may stay.
std::size_t whole_end(std::string_view text, std::size_t begin)
{
    std::size_t end = domain_end(text, begin);
    while (end > begin) {
        std::size_t at = end;
        while (at < text.size() && is_local(text[at]))
            ++at;
        const bool goes_on = at < text.size() && text[at] == '@';
        const std::size_t next = goes_on ? domain_end(text, at + 1) : 0;
        if (!goes_on || next == at + 1) break;
        end = next;
    }
    return end;
}

} // namespace

std::optional<AddressPlace> find_address(std::string_view text, std::size_t from)
{
    for (std::size_t at = text.find('@', from); at != std::string_view::npos;
         at = text.find('@', at + 1)) {
        const std::size_t begin = local_begin(text, from, at);
        const bool is_quoted = begin == at && at > from && text[at - 1] == '"';
        const std::size_t end = whole_end(text, at + 1);
        if (end > at + 1 && (begin < at || is_quoted)) return AddressPlace{begin, at, end};
    }
    return std::nullopt;
}

std::string shown_address(Addresses how, std::string_view address)
{
    const std::size_t at = address.find('@');
    if (how == Addresses::full || at == std::string_view::npos) return std::string(address);
    if (how == Addresses::hide) return cat(address.substr(0, at), "@…");
    std::string text = cat(address.substr(0, at), " at ", address.substr(at + 1));
    std::replace(text.begin(), text.end(), '@', ' ');
    return text;
}

std::string shown(Addresses how, std::string_view text)
{
    if (how == Addresses::full) return std::string(text);
    std::string out;
    std::size_t done = 0;
    while (const auto place = find_address(text, done)) {
        out.append(text.substr(done, place->begin - done));
        out.append(shown_address(how, text.substr(place->begin, place->end - place->begin)));
        done = place->end;
    }
    return out.append(text.substr(done));
}

} // namespace mn::archive
