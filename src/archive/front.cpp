#include "archive/front.hpp"

#include "archive/build.hpp"
#include "archive/pages.hpp"
#include "archive/state.hpp"
#include "archive/tree.hpp"
#include "archive/writer.hpp"
#include "base/directory.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <vector>

namespace mn::archive
{
namespace
{

using namespace std::chrono_literals;

constexpr std::string_view title = "Mailing lists";

struct PublicList {
    std::string name;
    State state;
};

bool is_directory(const Tree& out, const std::string& name)
{
    struct stat found = {};
    return ::fstatat(out.fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(found.st_mode);
}

std::vector<PublicList> public_lists(const Tree& out)
{
    std::vector<std::string> names;
    find_entry(out.fd(), [&](std::string_view name) {
        if (!name.starts_with('.') && is_directory(out, std::string(name)))
            names.emplace_back(name);
        return false;
    });
    std::sort(names.begin(), names.end());
    std::vector<PublicList> lists;
    for (const std::string& name : names) {
        const auto text = read_state(Tree(cat(out.path(), "/", name)));
        auto state = text ? parse_state(*text) : std::nullopt;
        if (state && !state->is_private) lists.push_back({name, std::move(*state)});
    }
    return lists;
}

std::string page_of(const std::vector<PublicList>& lists)
{
    std::vector<FrontEntry> entries;
    entries.reserve(lists.size());
    for (const auto& [name, state] : lists)
        entries.push_back({name, state.address, cat(name, "/"), state.messages, state.date});
    return front_page(title, entries);
}

/// "/cats/" of "https://example.org/cats/".
std::string_view path_of(std::string_view url)
{
    const std::size_t host = url.find("://") + 3;
    return url.substr(std::min(url.find('/', host), url.size()));
}

std::string robots_of(const std::vector<PublicList>& lists)
{
    std::string text = "User-agent: *\n";
    for (const auto& [name, state] : lists)
        if (state.can_search) text += cat("Disallow: ", path_of(state.url), "search/\n");
    text += text.ends_with("*\n") ? "Disallow:\n" : "";
    for (const auto& [name, state] : lists) {
        if (state.sitemap_lines == 0) continue;
        const std::string last = sitemap_name(state.sitemap_lines - 1);
        for (std::uint64_t line = 0;; line += max_sitemap_lines) {
            text += cat("Sitemap: ", state.url, sitemap_name(line), "\n");
            if (sitemap_name(line) == last) break;
        }
    }
    return text;
}

} // namespace

bool update_front(const std::string& out)
{
    const Lock lock(cat(out, "/.lock"), 60s);
    const Tree tree(out);
    tree.clean_up();
    const std::vector<PublicList> lists = public_lists(tree);
    const bool has_style = tree.replace_if_other("style.css", style_sheet());
    const bool has_robots = tree.replace_if_other("robots.txt", robots_of(lists));
    const bool has_page = tree.replace_if_other("index.html", page_of(lists));
    return has_style || has_robots || has_page;
}

} // namespace mn::archive
