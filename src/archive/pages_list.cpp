// The page of a list, and the front page of all lists.
#include "archive/markup.hpp"
#include "archive/pages.hpp"
#include "archive/pages_frame.hpp"
#include "base/text.hpp"

namespace mn::archive
{
namespace
{

std::string about(const ListFacts& facts, std::uint64_t messages)
{
    std::string text = cat("<p class=\"by\">", frame::mail_link(facts.address, facts.address), " ",
                           frame::count(messages), "</p>\n<p class=\"do\">");
    if (!facts.subscribe.empty()) text += frame::mail_link(facts.subscribe, "Subscribe by mail");
    return text += " <a href=\"new.atom\" type=\"application/atom+xml\">Atom feed</a></p>\n";
}

std::string thread_row(const ThreadSummary& thread)
{
    std::string row = cat("<li>", frame::day(thread.last), " ",
                          frame::link_to(thread_path(thread.root, 1), thread.subject), " <span>",
                          markup::text(thread.author), ", ", frame::count(thread.messages));
    if (thread.pages > 1)
        row += cat(", ", frame::link_to(thread_path(thread.root, thread.pages), "newest"));
    return row += "</span></li>\n";
}

std::string threads_part(const std::vector<ThreadSummary>& threads)
{
    if (threads.empty()) return "<p>There are no messages yet.</p>\n";
    std::string part = "<h2>Newest threads</h2>\n<ul class=\"rows\">\n";
    for (const ThreadSummary& thread : threads)
        part += thread_row(thread);
    return part += "</ul>\n";
}

std::string_view year_of(const MonthSummary& month)
{
    return std::string_view(month.month).substr(0, month.month.find('-'));
}

/// "November 412", the year is in the heading above it.
std::string month_item(const MonthSummary& month)
{
    const std::string name = frame::month_name(month.month);
    return cat("<li><a href=\"", markup::text(month.month), "/\">",
               markup::text(name.substr(0, name.find(' '))), " <small>(",
               std::to_string(month.messages), ")</small></a></li>\n");
}

std::string months_part(const std::vector<MonthSummary>& months)
{
    if (months.empty()) return "";
    std::string part = "<h2>All months</h2>\n";
    std::string_view year;
    for (const MonthSummary& month : months) {
        if (year_of(month) != year) {
            if (!year.empty()) part += "</ul>\n";
            year = year_of(month);
            part += cat("<h3>", markup::text(year), "</h3>\n<ul class=\"months\">\n");
        }
        part += month_item(month);
    }
    return part += "</ul>\n";
}

std::string front_row(const FrontEntry& entry)
{
    const std::string newest = entry.messages == 0 ? "" : cat(", newest ", frame::day(entry.last));
    return cat("<li><h2><a href=\"", markup::text(entry.url), "\">", markup::text(entry.name),
               "</a></h2>\n<p>", markup::text(entry.address), "</p>\n<p class=\"by\">",
               frame::count(entry.messages), newest, "</p></li>\n");
}

} // namespace

std::string list_page(const ListFacts& facts, const std::vector<ThreadSummary>& newest_first,
                      const std::vector<MonthSummary>& months_newest_first, std::uint64_t messages)
{
    std::string page = frame::begin(
        {.title = cat(facts.name, " mailing list archive"),
         .up = {},
         .mark = {},
         .head = "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"new.atom\">\n",
         .bar = frame::link_to("../", "All lists"),
         .is_hidden = facts.is_private});
    page += cat("<h1>", markup::text(facts.name), "</h1>\n", about(facts, messages));
    if (facts.can_search) page += frame::search_form("search/", "");
    return page += cat(threads_part(newest_first), months_part(months_newest_first), frame::end());
}

std::string front_page(std::string_view title, const std::vector<FrontEntry>& entries)
{
    std::string page = frame::begin({.title = title});
    page += cat("<h1>", markup::text(title), "</h1>\n");
    if (entries.empty()) return page += cat("<p>There are no lists here.</p>\n", frame::end());
    page += "<ul class=\"lists\">\n";
    for (const FrontEntry& entry : entries)
        page += front_row(entry);
    return page += cat("</ul>\n", frame::end());
}

} // namespace mn::archive
