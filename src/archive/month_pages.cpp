#include "archive/month_pages.hpp"

#include "archive/thread_pages.hpp"
#include "base/date.hpp"
#include "base/text.hpp"

namespace mn::archive
{
namespace
{

unsigned pages_for(unsigned messages)
{
    return messages == 0 ? 1 : (messages - 1) / records_on_page + 1;
}

} // namespace

void MonthPages::place(Place& place) const
{
    place.month = utc(place.date, "%Y-%m");
    const auto known = messages_.find(place.month);
    place.month_page = pages_for(known == messages_.end() ? 1 : known->second + 1);
}

void MonthPages::add(const Place& place, std::string_view row, std::string_view mbox)
{
    unsigned& messages = messages_[place.month];
    const std::string path = month_path(place.month, place.month_page);
    if (messages % records_on_page == 0) {
        if (messages > 0)
            changes_.grow(month_path(place.month, place.month_page - 1), month_tail()).tail =
                month_last_tail(place.month, place.month_page);
        changes_.begin(path, month_head(facts_, place.month, place.month_page));
    }
    Growth& page = changes_.grow(path, month_tail());
    page.body += row;
    page.tail = month_tail();
    ++messages;
    if (!mbox.empty()) changes_.grow_or_begin(mbox_path(place.month)).body += mbox;
}

std::vector<MonthSummary> month_summaries(const std::map<std::string, unsigned>& messages)
{
    std::vector<MonthSummary> months;
    for (auto month = messages.rbegin(); month != messages.rend(); ++month)
        months.push_back({month->first, month->second, pages_for(month->second)});
    return months;
}

std::string mbox_path(std::string_view month)
{
    return cat(month, "/", month, ".mbox");
}

} // namespace mn::archive
