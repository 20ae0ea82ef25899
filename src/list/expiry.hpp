// Things of a list that nobody has come for: old files removed, and who should know is told.
//
//   remove_older_than(list, "subconf", now - 604800);
//   expire_held(context, report);
//
// Nothing is made that is not there. Throws Error 4.3.x.
#pragma once

#include "list/maintenance.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mn::list
{

/// Regular files that were last changed before that moment; those with a leading dot stay.
/// is_wanted: asked for each name; empty: all. Returns how many are gone.
std::size_t remove_older_than(const List& list, const std::string& directory, std::int64_t moment,
                              const std::function<bool(std::string_view)>& is_wanted = {});

/// Posts and subscriptions that no moderator has decided about within control/modreqlife. Owners
/// and moderators are told how many posts are gone (list text notify-post-expired), a subscriber
/// whose post it was as well (deny-post-expired); a list without these texts says nothing.
void expire_held(const Context& context, Report& report);

} // namespace mn::list
