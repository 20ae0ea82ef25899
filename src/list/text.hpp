// List texts: find the one for an occasion, and put in what it asks for. The language is that of
// mlmmj's README.listtexts, with one difference: what is put in is never looked at again, so
// nothing in a mail can be an order to us.
//
//   const std::string text = find_text(list, directories, {"confirm", "sub", "request", "digest"});
//   const std::string mail = expand(text, values);
//
// Texts are UTF-8 with LF. Linear in text and values; output is at most max_expansion bytes.
#pragma once

#include "list/mail.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

/// Any but purpose may be empty.
struct Occasion {
    std::string purpose; ///< "help", "confirm", "deny", "digest" …
    std::string action;  ///< "sub", "unsub", "post", "release" …
    std::string reason;  ///< "request", "subonlypost" …
    std::string type;    ///< "normal", "digest", "nomail", "both"
};

struct TextValues {
    const List* list = nullptr;
    const TextDirectories* directories = nullptr; ///< for %text …% and $text …$
    Occasion occasion;
    /// $subject$ and the like, by name without the dollars, deprecated names included by whoever
    /// fills this; list, list+, domain are known already.
    std::map<std::string, std::string, std::less<>> values;
    /// %moderators%, %listsubs%, %bouncenumbers% and the like: called when the text has it, calls
    /// back once for each item.
    std::map<std::string, std::function<void(const std::function<void(std::string_view)>&)>,
             std::less<>>
        sources;
    std::string_view original_mail = {}; ///< %originalmail [N]%
};

/// The first there is: in the list's text/, from the most special name (purpose-action-reason-type)
/// to purpose, then names of mlmmj before 1.2.18; then all of these in the directories.
std::optional<std::string> find_text(const List& list, const TextDirectories& directories,
                                     const Occasion& occasion);

inline constexpr std::size_t max_expansion = std::size_t{1} << 24;

/// Header and body, as the text has them.
std::string expand(std::string_view text, const TextValues& values);

} // namespace mn::list
