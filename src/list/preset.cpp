#include "list/preset.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace mn::list
{
namespace
{

/// Addresses that every domain has or that mail programs use for themselves. [RFC2142 5]
constexpr std::array<std::string_view, 9> reserved{"abuse",         "double-bounce", "hostmaster",
                                                   "mailer-daemon", "nobody",        "postmaster",
                                                   "root",          "security",      "webmaster"};

bool may_be_directory(std::string_view name)
{
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    };
    return is_account_name(name) && std::all_of(name.begin(), name.end(), is_good);
}

} // namespace

std::optional<Preset> parse_preset(std::string_view name)
{
    if (name == "discussion") return Preset::discussion;
    if (name == "announce") return Preset::announce;
    if (name == "closed") return Preset::closed;
    return std::nullopt;
}

std::vector<ControlFile> new_list(const Address& address, const std::vector<std::string>& owners,
                                  Preset preset)
{
    std::string people;
    for (const std::string& owner : owners)
        people += cat(owner, "\n");
    std::vector<ControlFile> files{
        {"listaddress", cat(address.key(), "\n")}, {"owner", people}, {"moderators", people}};
    const auto on = [&](std::string_view name) { files.push_back({std::string(name), ""}); };
    switch (preset) {
    case Preset::discussion:
        on("subonlypost");
        break;
    case Preset::announce:
        on("modonlypost");
        break;
    case Preset::closed:
        on("closedlistsub");
        on("subonlypost");
        on("subonlyget");
        break;
    }
    return files;
}

std::optional<std::string> flaw_of_list_address(const Address& address)
{
    const std::string name = lower(address.local);
    if (name.find('+') != std::string::npos)
        return "has a +, which separates the name of a list from what is asked of it";
    if (!may_be_directory(name))
        return "has a name that cannot be a directory: use letters, digits and . _ - before the @, "
               "beginning with a letter or digit";
    if (std::find(reserved.begin(), reserved.end(), name) != reserved.end())
        return "is an address that every domain has for other purposes";
    return std::nullopt;
}

} // namespace mn::list
