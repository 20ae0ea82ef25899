// The pages of a month: a line for each message, in the order in which they came.
#include "archive/markup.hpp"
#include "archive/pages.hpp"
#include "archive/pages_frame.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

namespace mn::archive
{
namespace
{

std::string row(const Place& place, std::string_view subject, std::string_view author)
{
    const std::string by = author.empty() ? "" : cat(" <span>", markup::text(author), "</span>");
    return cat(place.depth == 0 ? "<li>" : "<li class=\"re\">", frame::day(place.date),
               " <a href=\"../", page_path(place.key), "\">", markup::text(subject), "</a>", by,
               "</li>\n");
}

std::string bar(const ListFacts& facts, std::string_view month)
{
    return cat(frame::link_to("../", facts.name), " ",
               frame::link_to(cat(month, ".mbox"), "Download as mbox"));
}

} // namespace

std::string month_path(std::string_view month, unsigned page)
{
    return cat(month, "/", frame::file_name("index", page));
}

std::string month_head(const ListFacts& facts, std::string_view month, unsigned page)
{
    const std::string title =
        cat(frame::month_name(month), page < 2 ? "" : cat(", page ", std::to_string(page)));
    std::string text = frame::begin({.title = cat(title, " - ", facts.name),
                                     .up = "../",
                                     .mark = {},
                                     .head = {},
                                     .bar = bar(facts, month),
                                     .is_hidden = facts.is_private});
    text += cat("<h1>", markup::text(title), "</h1>\n");
    if (page > 1)
        text += frame::turn(page == 2 ? "./" : frame::file_name("index", page - 1), "prev",
                            "Earlier messages");
    return text += "<ul class=\"rows\">\n";
}

std::string month_record(const ListFacts& facts, const Article& article, const Place& place)
{
    return row(place, subject_text(article, facts.addresses),
               author_text(article, facts.addresses));
}

std::string removed_month_record(const ListFacts&, const Place& place)
{
    return row(place, "Removed", "");
}

std::string month_tail()
{
    return cat("</ul>\n", frame::end());
}

std::string month_last_tail(std::string_view, unsigned next_page)
{
    return cat("</ul>\n",
               frame::turn(frame::file_name("index", next_page), "next", "Later messages"),
               frame::end());
}

} // namespace mn::archive
