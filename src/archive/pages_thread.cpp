// The pages of a thread: every message of it, in the order in which they came, indented by depth.
#include "archive/markup.hpp"
#include "archive/pages.hpp"
#include "archive/pages_frame.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

constexpr std::string_view up = "../../";
constexpr unsigned max_indent = 9; // the style sheet has d1 to d9

std::string article_begin(const Place& place, std::string_view author)
{
    const std::string indent =
        place.depth == 0
            ? ""
            : cat(" class=\"d", std::to_string(std::min(place.depth, max_indent)), "\"");
    return cat("<article id=\"", place.key, "\"", indent, "><h2>", author, "</h2>\n");
}

/// To the message that this one answers, further up or on a page before this one.
std::string parent_link(const Place& place)
{
    if (place.parent.empty()) return "";
    const std::string page = place.parent_page == place.thread_page
                                 ? ""
                                 : frame::file_name(place.root, place.parent_page);
    return cat(" ", frame::link_to(cat(page, "#", place.parent), "Parent"));
}

/// The subject, unless it is that of the thread: an answer's.
std::string subject_line(const ListFacts& facts, const Article& article, const Place& place)
{
    const std::string subject = subject_text(article, facts.addresses);
    if (place.depth == 0 || frame::is_answer(subject)) return "";
    return cat("<p class=\"subject\">", markup::text(subject), "</p>\n");
}

} // namespace

std::string thread_path(std::string_view root, unsigned page)
{
    return cat("t/", root.substr(0, 2), "/", frame::file_name(root, page));
}

std::string thread_head(const ListFacts& facts, std::string_view root, std::string_view subject,
                        unsigned page)
{
    const std::string number = page < 2 ? "" : cat(", page ", std::to_string(page));
    std::string text = frame::begin({.title = cat(subject, number, " - ", facts.name),
                                     .up = up,
                                     .mark = {},
                                     .head = {},
                                     .bar = frame::link_to(up, facts.name),
                                     .is_hidden = facts.is_private});
    text += cat("<h1>", markup::text(subject), number, "</h1>\n");
    if (page > 1) text += frame::turn(frame::file_name(root, page - 1), "prev", "Earlier messages");
    return text;
}

std::string thread_record(const ListFacts& facts, const Article& article, const Place& place)
{
    std::string text = article_begin(place, markup::text(author_text(article, facts.addresses)));
    text += cat("<p class=\"by\"><a rel=\"bookmark\" href=\"", frame::to_message(place.key), "\">",
                frame::moment(place.date), "</a>", parent_link(place), " ",
                frame::reply_link(facts, article), "</p>\n", subject_line(facts, article, place));
    text += body_markup(article, {.addresses = facts.addresses, .attachments = "../../a/"});
    return text += "</article>\n";
}

std::string removed_thread_record(const ListFacts&, const Place& place)
{
    return cat(article_begin(place, "Removed"), "<p class=\"by\">", frame::moment(place.date),
               parent_link(place), "</p>\n<p>This message was removed from the archive.</p>\n",
               "</article>\n");
}

std::string thread_tail()
{
    return std::string(frame::end());
}

std::string thread_last_tail(std::string_view root, unsigned next_page)
{
    return cat(frame::turn(frame::file_name(root, next_page), "next", "Later messages"),
               frame::end());
}

} // namespace mn::archive
