// Is this a piece of HTML as the archive writes it? For tests and fuzz targets that put hostile
// text into pages.
#pragma once

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

/// Elements that may be there, each ended, nested properly, attributes in double quotes; no other
/// "<", no bare "&", no control character, nothing that could act.
inline bool is_well_formed_markup(std::string_view html)
{
    static const std::vector<std::string_view> known = {
        "pre", "blockquote", "a", "ins", "del", "b", "p", "figure", "figcaption"};
    const auto is_bad = [](char c) {
        return (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == 0x7f;
    };
    if (!mn::utf8::is_valid(html) || std::any_of(html.begin(), html.end(), is_bad)) return false;
    std::vector<std::string_view> open;
    for (std::size_t at = 0; at < html.size();) {
        if (html[at] == '&') {
            const std::size_t end = html.substr(at, 8).find(';');
            if (end == std::string_view::npos) return false;
        }
        if (html[at] == '>') return false;
        if (html[at] != '<') {
            ++at;
            continue;
        }
        const std::size_t end = html.find('>', at);
        if (end == std::string_view::npos) return false;
        std::string_view tag = html.substr(at + 1, end - at - 1);
        at = end + 1;
        const bool is_end = tag.starts_with('/');
        if (is_end) tag.remove_prefix(1);
        const std::string_view name = tag.substr(0, tag.find(' '));
        if (std::find(known.begin(), known.end(), name) == known.end()) return false;
        if (is_end) {
            if (open.empty() || open.back() != name || tag != name) return false;
            open.pop_back();
            continue;
        }
        open.push_back(name);
        if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return false;
        const std::size_t href = tag.find("href=\"");
        if (href == std::string_view::npos) continue;
        const std::string target = mn::lower(tag.substr(href + 6, 12));
        const auto begins = [&](std::string_view wanted) { return target.starts_with(wanted); };
        if (!begins("http://") && !begins("https://") && !begins("mailto:") && !begins("../../a/"))
            return false;
    }
    return open.empty();
}
