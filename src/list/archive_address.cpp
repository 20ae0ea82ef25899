#include "list/archive_address.hpp"

#include "base/text.hpp"
#include "message/header.hpp"
#include "message/message_key.hpp"

#include <algorithm>
#include <array>

namespace mn::list
{
namespace
{

constexpr std::size_t max_address = 900; // in a field, with what we put behind it [RFC5322 2.1.1]

constexpr auto hash_beginnings =
    std::to_array<std::string_view>({"$y$", "$6$", "$5$", "$2b$", "$2y$", "$2a$"});
constexpr std::size_t min_hash = 40;
constexpr std::string_view hash_characters =
    "$./=,0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The first word of a value, in lower case: "yes" of " Yes (please)".
std::string first_word(std::string_view value)
{
    const std::string text = lower(trim(value));
    return text.substr(0, text.find_first_of(" \t;(,"));
}

} // namespace

bool is_web_address(std::string_view text)
{
    const auto is_safe = [](char c) {
        return c > ' ' && c <= '~' &&
               std::string_view("<>\"'\\^`{|}").find(c) == std::string_view::npos;
    };
    return (text.starts_with("https://") || text.starts_with("http://")) &&
           text.size() < max_address && std::all_of(text.begin(), text.end(), is_safe);
}

std::string_view why_no_web_account(std::string_view line)
{
    constexpr std::size_t max_name = 64;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return "is not name:hash";
    const std::string_view name = line.substr(0, colon);
    const std::string_view hash = line.substr(colon + 1);
    const bool is_name = !name.empty() && name.size() <= max_name && !name.starts_with('#') &&
                         std::none_of(name.begin(), name.end(), is_control);
    if (!is_name) return "has no good name before the colon";
    // What crypt(3) makes of strong schemes: yescrypt, SHA-2, bcrypt. A web server takes others,
    // too, even passwords as they are, and nobody should have them.
    const bool is_hash =
        std::any_of(hash_beginnings.begin(), hash_beginnings.end(),
                    [&](std::string_view beginning) { return hash.starts_with(beginning); }) &&
        hash.size() > min_hash && hash.find_first_not_of(hash_characters) == std::string_view::npos;
    return is_hash ? "" : "has no strong hash of a password behind the colon";
}

std::string archive_address(const List& list)
{
    std::string address = list.line("archiveurl");
    if (!is_web_address(address)) return "";
    if (!address.ends_with('/')) address += '/';
    return address;
}

bool refuses_archive(std::string_view header)
{
    for (const HeaderField& field : header_fields(header)) {
        if (field.is("X-No-Archive") && first_word(unfolded(field.value)) == "yes") return true;
        const bool is_archive = field.is("Archive") || field.is("X-Archive");
        if (is_archive && first_word(unfolded(field.value)) == "no") return true;
    }
    return false;
}

std::string address_on_web(const List& list, std::string_view header)
{
    const std::string base = archive_address(list);
    if (base.empty() || list.flag("noarchive") || refuses_archive(header)) return "";
    const std::string id = message_id_of(header);
    return id.empty() ? "" : base + page_path(key_of(id));
}

} // namespace mn::list
