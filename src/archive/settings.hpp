// What the control files of a list say about its archive on the web.
//
//   const Settings settings = read_settings(list, "https://example.org/lists/", state);
//   if (settings.is_published) make(settings.facts);
//
// Throws Error 4.3.5 for a name or an address that cannot be used.
#pragma once

#include "archive/pages.hpp"
#include "archive/state.hpp"
#include "list/list.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mn::archive
{

/// What the one who calls us wants; "" or nothing: as it was at the last time.
struct Wishes {
    std::string base_url; ///< where lists without control/archiveurl are: at URL/NAME/
    std::optional<bool> can_search;
};

struct Settings {
    bool is_published = false; ///< else nothing here counts but facts.name
    bool is_url_of_list = true;
    ListFacts facts;
    std::vector<std::string> accounts;     ///< private: lines "name:hash", and nobody else may look
    std::vector<std::string> bad_accounts; ///< lines that are none
    std::set<std::string> removed;         ///< keys of what must not be seen (removal.hpp)
    std::string fingerprint;               ///< of all that the pages depend on besides the messages
};

/// before: of what is published now.
Settings read_settings(const list::List& list, const Wishes& wishes,
                       const std::optional<State>& before);

/// The name of the list's directory below the one of all lists. Throws Error if it is not fit.
std::string name_of(const list::List& list);

} // namespace mn::archive
