// The pages of months, with a row for each message, and the mboxes of months.
//
//   MonthPages months(changes, facts, state.months);
//   months.place(place);                     // month, month_page, of its date
//   months.add(place, row, mbox_record);     // counts it, too
//
// A month has so many rows on a page as a thread has records (thread_pages.hpp). Throws Error.
#pragma once

#include "archive/changes.hpp"
#include "archive/pages.hpp"

#include <map>
#include <string>
#include <string_view>

namespace mn::archive
{

class MonthPages
{
public:
    /// messages: of each month, "2026-11".
    MonthPages(Changes& changes, const ListFacts& facts, std::map<std::string, unsigned>& messages)
        : changes_(changes), facts_(facts), messages_(messages)
    {
    }

    void place(Place& place) const;
    /// mbox: "" when it does not go there.
    void add(const Place& place, std::string_view row, std::string_view mbox);

private:
    Changes& changes_;
    const ListFacts& facts_;
    std::map<std::string, unsigned>& messages_;
};

/// Newest first.
std::vector<MonthSummary> month_summaries(const std::map<std::string, unsigned>& messages);

/// "2026-11/2026-11.mbox"
std::string mbox_path(std::string_view month);

} // namespace mn::archive
