#include "list/text_file.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>

namespace mn::list
{
namespace
{

constexpr std::size_t max_file = std::size_t{1} << 20;
constexpr std::size_t max_name = 100;

/// What mlmmj called a text before it had names of several parts. An empty part fits any.
struct OldName {
    std::string_view purpose, action, reason, type, name;
};
constexpr OldName old_names[] = {
    {"help", "", "", "", "listhelp"},
    {"faq", "", "", "", "listfaq"},
    {"confirm", "sub", "", "normal", "sub-confirm"},
    {"confirm", "sub", "", "digest", "sub-confirm-digest"},
    {"confirm", "sub", "", "nomail", "sub-confirm-nomail"},
    {"confirm", "unsub", "", "normal", "unsub-confirm"},
    {"confirm", "unsub", "", "digest", "unsub-confirm-digest"},
    {"confirm", "unsub", "", "nomail", "unsub-confirm-nomail"},
    {"moderate", "post", "", "", "moderation"},
    {"gatekeep", "sub", "", "", "submod-moderator"},
    {"wait", "post", "", "", "moderation-poster"},
    {"wait", "sub", "", "", "submod-requester"},
    {"deny", "sub", "disabled", "digest", "sub-deny-digest"},
    {"deny", "sub", "disabled", "both", "sub-deny-digest"},
    {"deny", "sub", "disabled", "nomail", "sub-deny-nomail"},
    {"deny", "sub", "subbed", "", "sub-subscribed"},
    {"deny", "unsub", "unsubbed", "", "unsub-notsubscribed"},
    {"deny", "post", "subonlypost", "", "subonlypost"},
    {"deny", "post", "access", "", "access"},
    {"deny", "post", "maxmailsize", "", "maxmailsize"},
    {"deny", "post", "tocc", "", "notintocc"},
    {"finish", "sub", "", "normal", "sub-ok"},
    {"finish", "sub", "", "digest", "sub-ok-digest"},
    {"finish", "sub", "", "nomail", "sub-ok-nomail"},
    {"finish", "unsub", "", "normal", "unsub-ok"},
    {"finish", "unsub", "", "digest", "unsub-ok-digest"},
    {"finish", "unsub", "", "nomail", "unsub-ok-nomail"},
    {"notify", "sub", "", "normal", "notifysub"},
    {"notify", "sub", "", "digest", "notifysub-digest"},
    {"notify", "sub", "", "nomail", "notifysub-nomail"},
    {"notify", "unsub", "", "normal", "notifyunsub"},
    {"notify", "unsub", "", "digest", "notifyunsub-digest"},
    {"notify", "unsub", "", "nomail", "notifyunsub-nomail"},
    {"probe", "", "", "", "bounce-probe"},
    {"list", "", "", "", "listsubs"},
};

bool fits(std::string_view pattern, std::string_view value)
{
    return pattern.empty() || pattern == value;
}

bool exists(const std::string& path)
{
    struct stat status = {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::optional<std::string> read_if_there(const std::string& path)
{
    if (!exists(path)) return std::nullopt;
    return read_file(path, max_file);
}

/// With LF, and without the mark that some editors put before UTF-8.
std::string as_expected(std::string text)
{
    std::size_t kept = 0;
    for (std::size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') text[kept++] = text[i];
    text.resize(kept);
    return text;
}

} // namespace

bool is_text_name(std::string_view name)
{
    const auto fits_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-';
    };
    return !name.empty() && name.size() <= max_name && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), fits_name);
}

std::vector<std::string> text_names(const Occasion& occasion)
{
    std::vector<std::string> names = {occasion.purpose};
    // A part may be empty, and those after it not: list---all.
    std::string name = occasion.purpose;
    for (const std::string* part : {&occasion.action, &occasion.reason, &occasion.type}) {
        name = cat(name, "-", *part);
        if (!part->empty()) names.push_back(name);
    }
    std::reverse(names.begin(), names.end());
    for (const OldName& old : old_names) {
        if (old.purpose == occasion.purpose && fits(old.action, occasion.action) &&
            fits(old.reason, occasion.reason) && fits(old.type, occasion.type))
            names.emplace_back(old.name);
    }
    return names;
}

std::optional<std::string> read_text(const List& list, const TextDirectories& directories,
                                     std::string_view name)
{
    if (!is_text_name(name)) return std::nullopt;
    auto text = read_if_there(list.path(cat("text/", name)));
    for (const std::string& directory : directories)
        if (!text) text = read_if_there(cat(directory, "/", name));
    if (text) text = as_expected(std::move(*text));
    return text;
}

std::optional<std::string> read_control(const List& list, std::string_view name)
{
    if (!is_text_name(name)) return std::nullopt;
    return read_if_there(list.path(cat("control/", name)));
}

bool has_control(const List& list, std::string_view name)
{
    return is_text_name(name) && exists(list.path(cat("control/", name)));
}

std::optional<std::string> find_text(const List& list, const TextDirectories& directories,
                                     const Occasion& occasion)
{
    // All of the list's own texts before any of ours, so that a list speaks one language.
    const auto names = text_names(occasion);
    for (const std::string& name : names)
        if (auto text = read_text(list, {}, name)) return text;
    for (const std::string& name : names)
        if (auto text = read_text(list, directories, name)) return text;
    return std::nullopt;
}

} // namespace mn::list
