#include "archive/settings.hpp"

#include "archive/fingerprint.hpp"
#include "archive/removal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "list/archive_address.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

bool is_fit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-+=").find(c) != std::string_view::npos;
}

/// A mistake in it must not remove what is published.
std::string url_of_list(const list::List& list)
{
    std::string url = list::archive_address(list);
    if (url.empty() && !list.line("archiveurl").empty())
        throw Error("4.3.5", "mailing list configuration error",
                    cat(list.path("control/archiveurl"), " is no http or https address"));
    return url;
}

/// "": it is not to be published.
std::string url_of(const list::List& list, const std::string& name, const Wishes& wishes,
                   const std::optional<State>& before)
{
    if (list.flag("noarchive")) return "";
    if (list.flag("archiveurl")) return url_of_list(list);
    if (wishes.base_url.empty())
        return before && !before->is_url_of_list ? before->url : std::string();
    return cat(wishes.base_url, wishes.base_url.ends_with('/') ? "" : "/", name, "/");
}

Addresses addresses_of(const list::List& list)
{
    const std::string word = list.line("archive_addresses");
    if (word == "full") return Addresses::full;
    return word == "at" ? Addresses::at : Addresses::hide; // whatever it is, it shows nothing more
}

/// Where people may subscribe by themselves.
std::string subscribe_address(const list::List& list)
{
    const bool is_closed = list.flag("closedlist") || list.flag("closedlistsub");
    return is_closed ? std::string() : list.address_for("subscribe");
}

void read_accounts(const list::List& list, Settings& settings)
{
    for (const std::string& line : list.lines("archive_private")) {
        const bool is_good = list::why_no_web_account(line).empty();
        (is_good ? settings.accounts : settings.bad_accounts).push_back(line);
    }
}

} // namespace

std::string name_of(const list::List& list)
{
    const std::string& directory = list.directory();
    std::string name = directory.substr(directory.rfind('/') + 1);
    const bool is_good = !name.empty() && name.size() <= 100 && !name.starts_with('.') &&
                         std::all_of(name.begin(), name.end(), is_fit) && name != "index.html" &&
                         name != "style.css" && name != "robots.txt";
    if (!is_good)
        throw Error("4.3.5", "mailing list configuration error",
                    cat(directory, ": its last part is no name for an archive on the web"));
    return name;
}

Settings read_settings(const list::List& list, const Wishes& wishes,
                       const std::optional<State>& before)
{
    Settings settings;
    ListFacts& facts = settings.facts;
    facts.name = name_of(list);
    facts.url = url_of(list, facts.name, wishes, before);
    settings.is_published = !facts.url.empty();
    settings.is_url_of_list = list.flag("archiveurl");
    facts.address = list.address().text();
    facts.addresses = addresses_of(list);
    facts.is_private = list.flag("archive_private");
    facts.can_search = wishes.can_search.value_or(before && before->can_search);
    facts.subscribe = subscribe_address(list);
    read_accounts(list, settings);
    settings.removed = removed_keys(list);
    if (settings.is_published) settings.fingerprint = fingerprint_of(facts, settings.removed);
    return settings;
}

} // namespace mn::archive
